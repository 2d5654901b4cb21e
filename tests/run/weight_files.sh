#!/usr/bin/env bash
# Weight files that are no regular files, large ones, and one that changes: only what is needed is read.
source "$(dirname "$0")/lib.sh"

# net_of FILE: a network whose dense layer reads FILE
net_of() { printf 'net 1\nweights "%s"\ninput x : f32[N: 1, C: 3]\noutput y = x |> dense(c=2)\n' "$1" >n.net; }

mkdir folder folder.npz
mkfifo pipe
ln -s pipe to_pipe.npz
ln -s loop.npy loop.npy
ln -s folder to_folder
for file in folder folder.npz to_folder; do
    net_of $file
    expect 1 "$NETC" check n.net
    says err "error[N0501]: cannot read \`$file\`: Is a directory"
done
for file in pipe to_pipe.npz /dev/zero; do
    net_of $file
    expect 1 timeout 10 "$NETC" check n.net
    says err "error[N0501]: cannot read \`$file\`: is not a regular file"
done
net_of loop.npy
expect 1 "$NETC" check n.net
says err "error[N0501]: cannot read \`loop.npy\`"
printf 'net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 3]\noutput y = x |> dense(c=2, weight=file("to_pipe.npz"))\n' >n.net
expect 1 timeout 10 "$NETC" check n.net
says err "error[N0501]: cannot read \`to_pipe.npz\`: is not a regular file"

# A file of 512 MB, all hole: to check it costs its header; 128 MiB of address space do not hold it.
header='{"y.dense.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"y.dense.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},"z":{"dtype":"F32","shape":[134217720],"data_offsets":[32,536870912]}}'
printf "\\x$(printf %x ${#header})\0\0\0\0\0\0\0%s" "$header" >large.safetensors
truncate -s $((8 + ${#header} + 536870912)) large.safetensors
net_of large.safetensors
sanitized=$(nm "$NETC" | grep -c __asan_init)
[ "$sanitized" -gt 0 ] || expect 0 bash -c 'ulimit -v 131072; exec "$0" check n.net' "$NETC"
# Compiled, it costs the two tensors that are used.
expect 0 "$NETC" build n.net --max-memory=1G
says err "warning[W0711]: 1 tensor of \`large.safetensors\` is never used"

# A file larger than the limit.
expect 1 "$NETC" build n.net --max-memory=256M
says err "error[N0501]: cannot read \`large.safetensors\`: is larger than 268,435,456 bytes"

finish
