"""The six machines as the engine drives them."""

from workflows.effects.consumer import CONSUMER
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.effects.special_handling import SPECIAL_HANDLING

MACHINES = (ORDER_ITEM, PRINT_JOB, CREDENTIAL, SPECIAL_HANDLING, DOCUMENT_ORDER, CONSUMER)
