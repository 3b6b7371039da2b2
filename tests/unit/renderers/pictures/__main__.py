"""Renew the pictures of all pages and say which changed."""

from tests.unit.renderers.pictures import renew

for name in renew():
    print(name)
