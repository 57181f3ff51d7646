"""The records: read, typed and checked, before anything is computed from them."""

from bulletin.records.check import CheckedRecords, check_records
from bulletin.records.faults import Fault, RecordsError
from bulletin.records.forgotten import EarlierCounties
from bulletin.records.read import Records, read_records

__all__ = [
    "CheckedRecords",
    "EarlierCounties",
    "Fault",
    "Records",
    "RecordsError",
    "check_records",
    "read_records",
]
