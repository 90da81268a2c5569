/*
 * What code built with -ffast-math does to the registers: flush-to-zero and denormals-are-zero on, one
 * rounding mode. Must stay clean.
 *
 *   fastmath THREADS
 */
#include "standin.h"
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static void *work(void *index) {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1UL << 24));
#endif
  volatile double value = 1.0 + (double)(size_t)index;
  for (;;) {
    for (int step = 0; step < 20000; step++) value = value * 1.0000001 / 1.0000001 + 1e-300;
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
