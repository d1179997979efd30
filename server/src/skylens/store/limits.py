"""ReadLimits: what one read may use. Every read has some; the engine itself has none by default."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Time, memory, rows and threads of one read; exceeding one raises ReadLimitExceeded."""

    seconds: float = 30
    memory_bytes: int = 768 * _MIB
    result_rows: int = 1_000_000
    rows_to_read: int = 0  # 0: no limit
    threads: int = 2

    def settings(self) -> dict[str, str | int]:
        """Return the limits as the engine's settings."""
        return {
            "max_execution_time": str(self.seconds),
            "max_memory_usage": self.memory_bytes,
            "max_result_rows": self.result_rows,
            "max_rows_to_read": self.rows_to_read,
            "max_threads": self.threads,
        }
