"""The portal: pages for people, made on the server, that work without JavaScript and are nicer with it.

How a request goes: :mod:`.entrance` finds the session and the shop and makes a :class:`.desk.Desk`; guards check forgery, sign-in and the
route's permission; the handler calls services and answers with ``desk.show(page)`` or ``desk.go(path, say=...)``; both happen inside the
shop's scope, which commits before the answer starts. Errors become pages in :mod:`.failures`.

How a page is added
-------------------

1. Its context is a frozen dataclass (:mod:`.contract`), one field for each name that the template uses, each with its help::

       @dataclass(frozen=True, kw_only=True)
       class CustomersPage(Page):
           '''The shop's customers, fifty at a time.'''

           template: ClassVar[str] = "customers/page.html"
           customers: tuple[Row, ...] = field(metadata={"help": "One row for each customer on this page."})

   Hand objects over as they are (dates, ten-thousandths, a ``Text``): the template writes them out.

2. Its handler is in a module of :mod:`.pages` that ends with ``ROUTES = [...]``, which ``pages/__init__.py`` puts among VISITORS,
   ACCOUNT or SHOP. Paths of a shop begin after ``/toko/{slug}``, and each route names its permission (``batikrfm.web.guards.needs``)::

       @get("/pelanggan", opt=needs(Permission.CUSTOMERS_READ))
       async def customers(desk: Desk) -> Response[str]:
           return desk.show(CustomersPage(customers=tuple(await ...)))

       @post("/pelanggan/{customer_id:uuid}/catatan", opt=needs(Permission.CUSTOMERS_WRITE))
       async def add_note(desk: Desk, customer_id: UUID) -> Response[str]:
           form = await desk.form()
           try:
               await notes.add(desk.principal, customer_id, form["note"])
           except InputError as error:
               return desk.refuse(await page_with(form.refused(error, "note")))
           return desk.go(f"{desk.shop_path}/pelanggan/{customer_id}", say=NOTED)

   A piece that htmx asks for alone (``desk.piece``) is a Page of its own, whose template the whole page includes. What changes
   something is a POST; it answers by ``go`` (303), or by ``refuse`` (422) with the form as it was sent. A file: a ``Response`` or a
   ``Stream``; what is streamed opens a ``tenant_scope`` of its own (see ``pages/settings/log.py``).

3. Its template extends ``shell.html`` (signed in) or ``plain.html`` (one thing said), and is made of the macros of ``ui.html``::

       {% extends "shell.html" %}
       {% import "ui.html" as ui with context %}
       {% block title %}{% trans %}Pelanggan{% endtrans %}{% endblock %}
       {% block main %}
       <h1>{% trans %}Pelanggan{% endtrans %}</h1>
       ...

   Names there are the page's fields, ``frame`` (:mod:`.frame`: ``frame.at("/pelanggan")``, ``frame.may("tenant:customers:write")``,
   ``frame.language``) and the filters of :mod:`.formats`: ``money number share percent day moment clock ago iso filesize``, and
   ``data`` for JSON. Words are Indonesian in ``{% trans %}`` or ``_("...")``; ``make words`` brings ``locale/en/LC_MESSAGES/messages.po``
   up to date, where the English goes in. Sentences in Python are ``Text``; a template says them in the page's language by ``{{ text }}``.

   No inline script, no ``style=``, no ``hx-on``: the content security policy refuses them. Classes are Tailwind's and daisyUI's (the
   components listed in ``assets/app.css``) and our own: ``panel stack muted num text-link cards field tick note``; write them whole,
   Tailwind reads the templates as text. A table on a phone is a list of cards: ``<table class="cards">`` with ``<td data-label="...">``.
   Charts: ``ui.chart`` and ``assets/chart-kinds.js``. Long work: ``ui.progress``. What destroys something: ``ui.ask``. Nothing there
   yet: ``ui.empty``. ``make assets`` after a change of classes or scripts.

4. Its line in :mod:`.navigation`, its address in ``tenants/tests/support/visits.py``: then axe-core, screenshots
   (``BATIK_SCREENSHOTS=folder``) and the count of its statements (``BATIK_COUNT_QUERIES=1`` writes ``query_counts.json`` anew) take it up
   by themselves in ``tenants/tests/portal/test_portal_pages.py``.
"""
