/*
 * RandomX that nobody here wrote: Debian's librandomx0 hashing one constant, over and over.
 * No pool, no wallet, no network. In fast mode the dataset is reserved and left unfilled: the machine code,
 * the memory shape and the registers are those of RandomX, and no hash it makes is valid for any coin.
 *
 *   randomx-hasher fast|light THREADS [pin]
 */
#include "standin.h"

/* randomx.h of RandomX 1.1.10, which librandomx0 does not ship. */
typedef struct randomx_cache randomx_cache;
typedef struct randomx_dataset randomx_dataset;
typedef struct randomx_vm randomx_vm;
extern int randomx_get_flags(void);
extern randomx_cache *randomx_alloc_cache(int flags);
extern void randomx_init_cache(randomx_cache *cache, const void *key, size_t size);
extern randomx_dataset *randomx_alloc_dataset(int flags);
extern randomx_vm *randomx_create_vm(int flags, randomx_cache *cache, randomx_dataset *dataset);
extern void randomx_calculate_hash(randomx_vm *vm, const void *input, size_t size, void *output);
#define FLAG_FULL_MEM 4

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
