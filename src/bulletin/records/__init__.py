"""Any tables, from any file or database, typed and checked before anything is computed from them."""

from bulletin.records.faults import Fault, RecordsError
from bulletin.records.read import Records, read_records

__all__ = ["Fault", "Records", "RecordsError", "read_records"]
