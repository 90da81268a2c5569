/*
 * The memory shape of RandomX without RandomX: reserved and never filled, so it costs nothing.
 *
 *   shape fast|light THREADS [busy]
 *
 * One mapping of 0x82000000 bytes (fast only), one of 0x10000000, and per thread 2 MiB of scratchpad and
 * 128 KiB that may be written and executed. A page without access stands between all of them, because the
 * kernel joins neighbours that look alike. Threads are pinned one to a CPU; they turn only when told to.
 */
#include "standin.h"
#include <sys/mman.h>

#define DATASET 0x82000000UL
#define CACHE 0x10000000UL
#define SCRATCHPAD 0x200000UL
#define CODE 0x20000UL

static int busy;

static void map_apart(size_t size, int access) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *place = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED || mprotect(place + page, size, access) != 0) exit(3);
}

static void *turn(void *index) {
  standin_pin((unsigned)(size_t)index);
  volatile unsigned long count = 0;
  while (busy) count++;
  standin_wait();
  return NULL;
}

int main(int argc, char **argv) {
  standin_guard();
  if (argc < 3) return 2;
  unsigned threads = standin_count(argv[2]);
  busy = argc > 3 && strcmp(argv[3], "busy") == 0;
  if (strcmp(argv[1], "fast") == 0) map_apart(DATASET, PROT_READ | PROT_WRITE);
  map_apart(CACHE, PROT_READ | PROT_WRITE);
  for (unsigned index = 0; index < threads; index++) {
    map_apart(SCRATCHPAD, PROT_READ | PROT_WRITE);
    map_apart(CODE, PROT_READ | PROT_WRITE | PROT_EXEC);
  }
  standin_threads(threads, turn);
  standin_ready();
  standin_wait();
}
