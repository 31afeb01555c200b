#pragma once

#include "cli/options.h"
#include "spec/host_config.h"

namespace ctrd::cli {

// The limits that run and create set and update changes: rows of their tables.
inline constexpr Option kBlkioWeight = {
    "blkio-weight", 0, OptionKind::Number, "0", "WEIGHT", "share of block device time, 10 to 1000"};
inline constexpr Option kCpuPeriod = {
    "cpu-period", 0, OptionKind::Number, "0", "MICROSECONDS", "period of the CPU bandwidth limit"};
inline constexpr Option kCpuQuota = {
    "cpu-quota", 0, OptionKind::Number, "0", "MICROSECONDS", "CPU time granted in each period"};
inline constexpr Option kCpuShares = {
    "cpu-shares", 'c',      OptionKind::Number,
    "0",          "SHARES", "CPU time relative to others, 1024 being usual"};
inline constexpr Option kCpus = {"cpus", 0,        OptionKind::Text,
                                 "",     "NUMBER", "as much CPU time as so many processors have"};
inline constexpr Option kCpusetCpus = {
    "cpuset-cpus", 0, OptionKind::Text, "", "LIST", "processors it may run on (0-3, 0,1)"};
inline constexpr Option kCpusetMems = {
    "cpuset-mems", 0, OptionKind::Text, "", "LIST", "memory nodes it may use (0-3, 0,1)"};
inline constexpr Option kKernelMemory = {
    "kernel-memory", 0, OptionKind::Text, "", "BYTES", "no more a limit: accepted with a warning"};
inline constexpr Option kMemory = {"memory", 'm',     OptionKind::Text,
                                   "",       "BYTES", "limit of memory (64m, 2g)"};
inline constexpr Option kMemoryReservation = {"memory-reservation",
                                              0,
                                              OptionKind::Text,
                                              "",
                                              "BYTES",
                                              "memory it is pushed back to when short"};
inline constexpr Option kMemorySwap = {
    "memory-swap",    0,
    OptionKind::Text, "",
    "BYTES",          "limit of memory and swap together, -1 for none"};
inline constexpr Option kPidsLimit = {"pids-limit", 0,        OptionKind::Number,
                                      "0",          "NUMBER", "limit of processes, -1 for none"};

// Reads them all; a size as the bytes it is.
void readCommonLimits(const Arguments& arguments, spec::HostConfig& host);
int64_t bytesOf(const Arguments& arguments, const char* option);

} // namespace ctrd::cli
