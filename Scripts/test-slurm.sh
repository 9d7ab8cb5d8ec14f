#!/usr/bin/env bash
# Runs the same search by processes of this machine and by a Slurm cluster of three nodes on loopback, and fails unless
# every shard's result has the same bytes, and the studies the same trials. One shard's job is cancelled on the way.
# usage: test-slurm.sh TRADER
# Exit codes: 0 equal, or skipped with a word; 1 different; 4 the cluster did not come up.
set -euo pipefail

trader=$1
for program in slurmctld slurmd sbatch scancel munged; do
  if ! PATH=$PATH:/usr/sbin command -v "$program" >/dev/null; then
    echo "SKIPPED: $program is not installed here; 'apt-get install slurm-wlm munge' brings it"
    exit 0
  fi
done
if [ "$(id -u)" -ne 0 ]; then
  echo "SKIPPED: only root may start a cluster of its own"
  exit 0
fi
export PATH=$PATH:/usr/sbin

folder=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT

# The daemons trust each other by munge's key.
if [ ! -S /run/munge/munge.socket.2 ]; then
  mkdir -p /run/munge /var/log/munge
  chown munge:munge /run/munge /var/log/munge
  chmod 755 /run/munge
  runuser -u munge -- munged --foreground >"$folder/munged.log" 2>&1 &
  pids+=($!)
fi

host=$(hostname -s)
mkdir -p "$folder"/{state,spool}
cat >"$folder/slurm.conf" <<CONF
ClusterName=trader
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=100000,defer_batch,bf_interval=1
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=16821 CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=16822 CPUs=1 State=UNKNOWN
NodeName=n3 NodeHostname=$host NodeAddr=127.0.0.1 Port=16823 CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
slurmctld -D >"$folder/slurmctld.out" 2>&1 &
pids+=($!)
for node in n1 n2 n3; do
  mkdir -p "$folder/spool/$node"
  slurmd -D -N "$node" >"$folder/slurmd-$node.out" 2>&1 &
  pids+=($!)
done
for _ in $(seq 100); do
  [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 3 ] && break
  sleep 0.2
done
if [ "$(sinfo -h -t idle -o %D 2>/dev/null)" != 3 ]; then
  echo "the cluster did not come up:" >&2
  tail -n 5 "$folder"/*.log "$folder"/*.out >&2
  exit 4
fi

cd "$folder"
"$trader" data plant --sharpe 4 --days 14 --out planted >/dev/null
"$trader" import planted/bars.csv --symbol WDO --into market >/dev/null
days=$("$trader" data list market --json | grep -o '"[0-9]\{4\}-[0-9][0-9]-[0-9][0-9]"' | tr -d '"' | sort)
from=$(head -1 <<<"$days")
to=$(tail -1 <<<"$days")
cat >space.toml <<'TOML'
[[parameter]]
name = "depth"
type = "int"
low = 2
high = 4
[[parameter]]
name = "probability"
type = "float"
low = 0.5
high = 0.6
[[parameter]]
name = "style"
type = "category"
values = ["forecast"]
TOML

# search EXECUTOR: a search whose plans and results are kept in its own folder.
search() {
  local start=$SECONDS options=()
  [ "$1" = slurm ] && options=(--slurm-options "--time=00:10:00 --mem=0")
  "$trader" optimize --data market --symbol WDO --from "$from" --to "$to" --space space.toml --study "$1.db" \
    --trials 12 --batch 6 --sampler gp --pruner none --training 5 --folds 3 --outer 2 --executor "$1" \
    --shards "shards-$1" "${options[@]}" --json >"$1.json"
  echo "$1: 12 trials in $((SECONDS - start)) s"
}

search local
# A shard whose job dies is handed in again.
(
  for _ in $(seq 300); do
    job=$(squeue -h -t PENDING,RUNNING -o %A 2>/dev/null | head -1)
    [ -n "$job" ] && scancel "${job}" 2>/dev/null && echo "cancelled job $job" && break
    sleep 0.1
  done
) &
search slurm
wait $!
same=0
for file in shards-local/*/shard-*.json; do
  cmp "$file" "${file/shards-local/shards-slurm}"
  same=$((same + 1))
done
for file in shards-local/plan-*.json; do cmp "$file" "${file/shards-local/shards-slurm}"; done
cmp local.json slurm.json
[ "$same" -eq 12 ] || { echo "12 results were expected, there are $same" >&2; exit 1; }
echo "equal: $same results, the plans, and what the searches say"
