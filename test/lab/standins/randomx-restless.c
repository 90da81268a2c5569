/*
 * RandomX of Debian's librandomx0 that never stays the process it was. Nothing here mines: one constant is hashed,
 * with no block, no target and no pool.
 *
 *   randomx-restless again MS      executes itself anew every so often; pid and start time stay
 *   randomx-restless children MS   fills the cache and waits; one child after another hashes with it and ends
 */
#include "randomx.h"
#include "standin.h"
#include <sys/wait.h>
#include <time.h>

/* When this family ends, in seconds of the monotonic clock: a new life is not a longer one. */
#define DEADLINE "STANDIN_DEADLINE"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void hash_until(randomx_cache *cache, int flags, double end) {
  randomx_vm *vm = randomx_create_vm(flags, cache, NULL);
  if (vm == NULL) exit(3);
  char output[32];
  while (now() < end) randomx_calculate_hash(vm, "demine", 6, output);
}

int main(int argc, char **argv) {
  standin_guard();
  if (argc < 3) return 2;
  double life = (double)standin_number(argv[2], 60000) / 1000;
  char text[32];
  if (getenv(DEADLINE) == NULL) {
    snprintf(text, sizeof text, "%.0f", now() + LIFE_SECONDS);
    setenv(DEADLINE, text, 1);
  }
  double deadline = strtod(getenv(DEADLINE), NULL);
  int flags = randomx_get_flags();
  randomx_cache *cache = randomx_alloc_cache(flags);
  if (cache == NULL) return 3;
  randomx_init_cache(cache, "demine", 6);
  standin_ready();
  if (strcmp(argv[1], "again") == 0) {
    hash_until(cache, flags, now() + life);
    if (now() < deadline) execv("/proc/self/exe", argv);
    return 0;
  }
  while (now() < deadline) {
    pid_t child = fork();
    if (child < 0) return 3;
    if (child == 0) {
      standin_guard();
      hash_until(cache, flags, now() + life);
      _exit(0);
    }
    waitpid(child, NULL, 0);
  }
  return 0;
}
