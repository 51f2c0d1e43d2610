"""A broker as production has it, for the tests of this folder."""

import shutil
from collections.abc import Iterator

import pytest

from tests.conftest import skip_or_fail
from tests.kafka import RealKafka, missing_tools
from tests.kafka_tls import TlsListener, make_authority


@pytest.fixture(scope="package")
def tls_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKafka]:
    """A running Apache Kafka with a listener of SASL_SSL and SCRAM-SHA-512: `with_tls`."""
    if missing := [*missing_tools(), *([] if shutil.which("openssl") else ["openssl"])]:
        skip_or_fail(f"a real Kafka with TLS needs {' and '.join(missing)}")
    broker = RealKafka(tmp_path_factory.mktemp("kafka"), TlsListener(make_authority(tmp_path_factory.mktemp("authority"))))
    broker.start()
    yield broker
    broker.kill()
