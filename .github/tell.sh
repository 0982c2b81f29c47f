# What a step of the action found, REPORT.json and REPORT.md: its counts become outputs, its page the job's summary.
# A step that failed before it had anything to report has neither.
set -eu
report=$1
if [ -f "$report.json" ]; then
  python3 -I - "$report.json" >> "$GITHUB_OUTPUT" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    for name, count in json.load(file)["summary"].items():
        print(f"{name}={count}")
PYTHON
fi
if [ -f "$report.md" ]; then cat "$report.md" >> "$GITHUB_STEP_SUMMARY"; fi
