/*
 * Interval arithmetic as CGAL and its kin do it: every bound is computed once rounded down and once rounded
 * up, so the rounding mode changes all the time, with denormals untouched. Must stay clean.
 *
 *   interval THREADS
 */
#include "standin.h"
#include <fenv.h>

static void *work(void *index) {
  volatile double low = 1.0 + (double)(size_t)index, high = low;
  for (;;) {
    for (int bound = 0; bound < 2; bound++) {
      fesetround(bound == 0 ? FE_DOWNWARD : FE_UPWARD);
      volatile double *value = bound == 0 ? &low : &high;
      for (int step = 0; step < 20000; step++) *value = *value / 1.0000001 * 1.0000001;
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  standin_guard();
  if (argc < 2) return 2;
  standin_threads(standin_count(argv[1]), work);
  standin_ready();
  standin_wait();
}
