"""The addresses of the API and the shapes of its answers, as the specification writes them."""

V1 = "/api/silicon-mark/v1"
JOBS = f"{V1}/jobs"
TAGS = f"{JOBS}/tags"
STATS = f"{JOBS}/stats"
DELETE = f"{JOBS}/delete"
ANONYMOUS = f"{JOBS}/anonymous"
CURRENT = f"{JOBS}/current"
TASKS = f"{V1}/tasks"
REPORT = f"{V1}/reports/{{job_id}}"
TOKEN = f"{V1}/token"
LOGIN = "/api/user/login"

CREATED_FIELDS = {
    "id", "name", "description", "node_count", "benchmarks", "tags", "token", "created_at", "expires_at",
}  # fmt: skip
ROW_FIELDS = {
    "id", "name", "token", "description", "state", "node_count", "current_nodes", "benchmark_sequence", "tags",
    "created_at", "started_at", "expires_at", "ended_at", "gpu_models", "quickmark_aggregate_results", "performance",
    "performance_nodes", "benchmarks",
}  # fmt: skip
DETAIL_FIELDS = {
    "id", "name", "token", "description", "state", "node_count", "current_nodes", "benchmark_sequence", "tags",
    "created_at", "started_at", "expires_at", "ended_at", "benchmarks", "tasks", "benchmark_results", "pdf_report_url",
    "scoreboard_summary",
}  # fmt: skip
TASK_FIELDS = {
    "id", "job_id", "machine_uuid", "machine_ip", "state", "failed_message", "created_at", "started_at", "ended_at",
    "gpu_model", "gpu_count", "pdf_report_url", "benchmark_results",
}  # fmt: skip
RESULT_FIELDS = {
    "benchmark_id", "benchmark_name", "started_at", "ended_at", "config", "results", "state", "error_message",
}  # fmt: skip
PAGINATION_FIELDS = {"total", "page", "per_page", "total_pages", "has_next", "has_prev"}
