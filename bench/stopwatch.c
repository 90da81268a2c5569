/*
 * What a program costs: `stopwatch OUTPUT COMMAND [ARGUMENT…]`.
 *
 * Writes one line to OUTPUT: seconds, CPU seconds, peak KiB, exit status. The peak is ru_maxrss, the largest of the
 * program and of every child it waited for. A program of its own, because Linux carries the peak of whoever
 * forked over into the new program: started by a large runtime, everything would look as large as that.
 * Source: getrusage(2), wait4(2); exec_mmap in fs/exec.c.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
  return time.tv_sec + time.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
  if (argc < 3) return 2;
  FILE *output = fopen(argv[1], "w");
  if (output == NULL) return 2;
  double started = now();
  pid_t pid = fork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) return 2;
  fprintf(output, "%.6f %.6f %ld %d\n", now() - started, seconds(usage.ru_utime) + seconds(usage.ru_stime),
          usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 255);
  return fclose(output) == 0 ? 0 : 2;
}
