/*
 * RandomX that nobody here wrote: Debian's librandomx0 hashing one constant, over and over.
 * No pool, no wallet, no network. In fast mode the dataset is reserved and left unfilled: the machine code,
 * the memory shape and the registers are those of RandomX, and no hash it makes is valid for any coin.
 *
 *   randomx-hasher fast|light THREADS [pin]
 */
#include "randomx.h"
#include "standin.h"

static randomx_cache *cache;
static randomx_dataset *dataset;
static int flags;
static int pinned;

static void *hash(void *index) {
  if (pinned) standin_pin((unsigned)(size_t)index);
  randomx_vm *vm = randomx_create_vm(flags, cache, dataset);
  if (vm == NULL) exit(3);
  char output[32];
  for (;;) randomx_calculate_hash(vm, "demine", 6, output);
  return NULL;
}

int main(int argc, char **argv) {
  standin_guard();
  if (argc < 3) return 2;
  int fast = strcmp(argv[1], "fast") == 0;
  pinned = argc > 3 && strcmp(argv[3], "pin") == 0;
  flags = randomx_get_flags();
  cache = randomx_alloc_cache(flags);
  if (cache == NULL) return 3;
  randomx_init_cache(cache, "demine", 6);
  if (fast) {
    flags |= FLAG_FULL_MEM;
    dataset = randomx_alloc_dataset(flags);
    if (dataset == NULL) return 3;
  }
  standin_threads(standin_count(argv[2]), hash);
  standin_ready();
  standin_wait();
}
