"""What the web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boothline.config.settings")
application = get_wsgi_application()
gc.freeze()  # what is loaded stays: going through it again and again was a tenth of a page's time
gc.set_threshold(50_000, 20, 100)
