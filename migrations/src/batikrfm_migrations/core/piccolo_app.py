"""The core app for Piccolo's own commands (``PICCOLO_CONF=batikrfm_migrations.piccolo_conf piccolo migrations check``)."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(app_name="core", migrations_folder_path=str(Path(__file__).parent), table_classes=[])
