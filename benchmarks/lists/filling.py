"""Ten years of orders, made by PostgreSQL itself: items in every state, and ten rows of history for each on average."""

from typing import LiteralString

import psycopg
from psycopg import sql

#: Items to a student; a student's first item is the first-run, the others are reprints of the same credential.
ITEMS_A_STUDENT = 2
#: Items to a print job.
_JOB = 500

_STATEMENTS: tuple[LiteralString, ...] = (
    """
    INSERT INTO students (id, asn, last_name, first_name, middle_name, suffix, preferred_name, email, language, deceased)
    SELECT n, lpad((100000000 + n)::text, 9, '0'), 'Cardinal ' || n, 'Ada', '', '', '', '', 'en', n % 5000 = 0
    FROM generate_series(1, {students}) n
    """,
    """
    INSERT INTO addresses (id, student_id, lines, city, province, postal_code, country, received_at)
    SELECT n, n, '["10044 108 Street NW"]', 'Edmonton', 'AB', CASE WHEN n % 400 = 0 THEN '' ELSE 'T5J 5E6' END, 'CA', now()
    FROM generate_series(1, {students}) n
    """,
    """
    INSERT INTO credentials (id, student_id, credential_type, state, number, school_year, awarded_on, last_name, first_name,
        middle_name, suffix, version, history_hash)
    SELECT n, n, 'AHSD', 'awarded', lpad(n::text, 10, '0'), '2025/2026', date '2026-01-31', 'Cardinal ' || n, 'Ada', '', '',
        1, ''
    FROM generate_series(1, {students}) n
    """,
    """
    INSERT INTO document_orders (id, state, origin, placed_at, requested_by, email, language, touched_at, amount_cents,
        version, history_hash)
    SELECT n, 'ordered', CASE WHEN n % 20 = 0 THEN 'public' ELSE 'ministry' END, now(),
        CASE WHEN n % 20 = 0 THEN 'person' || n % 30000 || '@example.org' ELSE 'clerk' END, '', 'en', now(), 0, 1, ''
    FROM generate_series(1, {items}) n
    """,
    """
    INSERT INTO print_jobs (id, credential_type, language, delivery_method, state, opened_at, reason, attempts, version,
        history_hash)
    SELECT n, 'AHSD', 'en', 'automated_cardboard',
        CASE WHEN n < {jobs} - 20 THEN 'reconciled' WHEN n < {jobs} THEN 'transmitted' ELSE 'open' END,
        now(), NULL, 0, 1, ''
    FROM generate_series(1, {jobs}) n
    """,
    """
    INSERT INTO order_items (id, order_id, item_no, student_id, credential_id, kind, root_kind, letter, state, language,
        copies, delivery_method, recipient_kind, recipient, address, printed_name, follows_student, requested_by, placed_at,
        print_job_id, sequence, lease_until, lease_owner, status_reason, processed_at, sent_at, delivered_at, delivered_how,
        release_count, link_no, reminded_link_no, attempts, lapses, version, history_hash)
    SELECT n, n, 1, who, who, kind, kind, kind, state, 'en', 1, 'automated_cardboard', 'student',
        CASE WHEN printed THEN 'Ada Cardinal ' || who END,
        CASE WHEN printed THEN jsonb_build_object('lines', jsonb_build_array('10044 108 Street NW'), 'city', 'Edmonton',
            'province', 'AB', 'postal_code', 'T5J 5E6', 'country', 'CA') END,
        CASE WHEN printed THEN 'Ada Cardinal ' || who END,
        true, '', placed, CASE WHEN printed AND state <> 'rendered' THEN 1 + (n - 1) / {job} END,
        CASE WHEN printed AND state <> 'rendered' THEN 1 + (n - 1) % {job} END,
        CASE WHEN state = 'processing' THEN now() END, CASE WHEN state = 'processing' THEN 'worker' END,
        CASE state WHEN 'system_hold' THEN '60108' WHEN 'user_hold' THEN 'Investigation'
            WHEN 'cancelled' THEN 'OrderedInError' WHEN 'failed' THEN 'Unclaimed' END,
        CASE WHEN printed THEN placed + interval '1 hour' END,
        CASE WHEN printed AND state NOT IN ('rendered', 'in_print_job') THEN placed + interval '2 days' END,
        CASE WHEN state = 'delivered' THEN placed + interval '20 days' END,
        CASE WHEN state = 'delivered' THEN 'presumed' END,
        0, 0, 0, 0, 0, 10, ''
    FROM (
        SELECT n, 1 + (n - 1) % {students} AS who, timestamptz '2016-01-01' + n * interval '5 minutes' AS placed,
            CASE WHEN n <= {students} THEN 'first_run' ELSE 'reprint' END AS kind, state,
            state NOT IN ('created', 'processing', 'system_hold', 'user_hold', 'cancelled') AS printed
        FROM (
            SELECT n, CASE
                WHEN n % 70 = 0 THEN 'cancelled' WHEN n % 90 = 1 THEN 'failed' WHEN n % 500 = 2 THEN 'system_hold'
                WHEN n % 3000 = 3 THEN 'user_hold' WHEN n % 1000 = 4 THEN 'delivered_in_error'
                WHEN n > {items} - 6000 THEN 'created' WHEN n > {items} - 6100 THEN 'processing'
                WHEN n > {items} - 9000 THEN 'rendered' WHEN n > {items} - 9500 THEN 'in_print_job'
                WHEN n > {items} - 40000 THEN 'sent' ELSE 'delivered' END AS state
            FROM generate_series(1, {items}) n
        ) AS numbered
    ) AS made
    """,
    """
    INSERT INTO item_errors (item_id, code, params, found_at, cleared_at)
    SELECT id, code, CASE code WHEN '60108' THEN '{{"missing": ["postal_code"]}}'::jsonb ELSE '{{"until": null}}'::jsonb END,
        placed_at, CASE WHEN state <> 'system_hold' THEN placed_at + interval '3 days' END
    FROM order_items, (VALUES ('60108', 1), ('CO-05', 2)) AS errors (code, every)
    WHERE (state = 'system_hold' OR id % 25 = 0) AND id % every = 0
    """,
    """
    INSERT INTO documents (item_id, path, sha256, size, pages, master, rendered_at)
    SELECT id, 'documents/' || md5(id::text), md5(id::text) || md5((id + 1)::text), 60000, 2, repeat('a', 64), processed_at
    FROM order_items WHERE printed_name IS NOT NULL
    """,
    """
    INSERT INTO order_item_history (subject_id, seq, event, from_state, to_state, at, actor_role, actor_name, reason, note,
        detail, command_id, rule_set, previous_hash, hash)
    SELECT id, seq, (ARRAY['place','process','render','add_to_print_job','dispatch','deliver'])[1 + seq % 6],
        CASE WHEN seq > 0 THEN 'created' END, CASE WHEN seq = 9 THEN state ELSE 'processing' END,
        placed_at + seq * interval '1 hour', 'system', 'agent', NULL, NULL, NULL, md5(id::text || seq), 'a1b2c3d4e5f6',
        repeat('b', 64), repeat('c', 64)
    FROM order_items, generate_series(0, 9) AS seq
    """,
)


def fill(url: str, items: int) -> None:
    """``items`` items and ten times as many rows of history in a migrated, empty database."""
    students = items // ITEMS_A_STUDENT
    numbers = {"items": items, "students": students, "jobs": 1 + (items - 1) // _JOB, "job": _JOB}
    given = {name: sql.Literal(number) for name, number in numbers.items()}
    with psycopg.connect(url) as connection:
        connection.execute(
            "SET session_replication_role = replica"
        )  # what refers to what is right by construction
        connection.execute("SET synchronous_commit = off")
        for statement in _STATEMENTS:
            connection.execute(sql.SQL(statement).format(**given))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
