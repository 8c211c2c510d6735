export SELFORG_TUI_HOME=$(mktemp -d) SELFORG_TUI_DISCOVER=0
for s in 120x40 80x24; do
timeout 80 /work/main/.venv/bin/python /work/shared/tools/termshot --size $s --step "wait:1" --step "keys:C-p" --step wait:1 --step "text:Threshold" --step "wait:1" --step "keys:Enter" --step "until:pairs," --step "shot:/tmp/ta-$s.png" --step "keys:C-r" --step "until:AUTONOMY" --step wait:2 --step "shot:/tmp/tb-$s.png" -- /work/main/.venv/bin/python -m selforg_tui
done
