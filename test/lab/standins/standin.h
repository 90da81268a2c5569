/*
 * What every stand-in owes the machine it runs on: it does no harm, talks to nobody, and ends by itself.
 * It refuses outside the lab, dies with whoever started it, and lives ten minutes at most.
 */
#ifndef DEMINE_STANDIN_H
#define DEMINE_STANDIN_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of include/linux/proc_ns.h: the pid namespace of the whole machine. */
#define WHOLE_MACHINE 0xEFFFFFFCUL
#define LIFE_SECONDS 600
#define MAX_THREADS 64

static inline void standin_guard(void) {
  struct stat pid_namespace;
  if (getenv("DEMINE_IN_NAMESPACE") == NULL || stat("/proc/self/ns/pid", &pid_namespace) != 0 ||
      pid_namespace.st_ino == WHOLE_MACHINE) {
    fputs("stand-in: runs only inside the lab's own namespaces\n", stderr);
    exit(2);
  }
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) exit(2);
  alarm(LIFE_SECONDS);
}

/* Tells the harness that the shape is complete. */
static inline void standin_ready(void) {
  puts("ready");
  fflush(stdout);
}

/* A number of an argument, one at least. */
static inline unsigned standin_number(const char *text, unsigned most) {
  long number = strtol(text, NULL, 10);
  return number < 1 ? 1 : number > (long)most ? most : (unsigned)number;
}

static inline unsigned standin_count(const char *text) { return standin_number(text, MAX_THREADS); }

static inline void standin_pin(unsigned index) {
  cpu_set_t all, one;
  CPU_ZERO(&all);
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof all, &all) != 0) return;
  unsigned wanted = index % (unsigned)CPU_COUNT(&all);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET(cpu, &all) && wanted-- == 0) CPU_SET(cpu, &one);
  }
  sched_setaffinity(0, sizeof one, &one);
}

static inline void standin_threads(unsigned count, void *(*work)(void *)) {
  pthread_t thread;
  for (unsigned index = 0; index < count; index++) {
    if (pthread_create(&thread, NULL, work, (void *)(size_t)index) != 0) exit(3);
  }
}

static inline void standin_wait(void) {
  for (;;) pause();
}

#endif
