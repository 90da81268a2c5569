/*
 * A crowd of inert sleepers, as a busy host has them: `crowd COUNT FOLDER`. Or one that holds memory, of which a
 * part is text and the rest is not: `crowd --hold MEBIBYTES`.
 *
 * One process makes them all. Each runs under one of 24 program names and of every ten one listens and is
 * connected over loopback, one has four threads, one holds forty files, one talks over Unix sockets; the rest hold
 * a few. None of them computes, writes or leaves the loopback. The kernel ends them with the process that made
 * them (PR_SET_PDEATHSIG), and the namespace of the benchmark ends everything in it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMES 24

static void *sleeper(void *unused)
{
  for (;;) pause();
  return unused;
}

static void raise_loopback(void)
{
  struct ifreq request = {0};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) != 0) perror("crowd: lo");
  close(fd);
}

/* Listens on loopback, and is its own peer. */
static void talk(void)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int listener = socket(AF_INET, SOCK_STREAM, 0), near = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&at, size) || listen(listener, 4) ||
      getsockname(listener, (struct sockaddr *)&at, &size) || connect(near, (struct sockaddr *)&at, size) ||
      accept(listener, NULL, NULL) < 0)
    perror("crowd: socket");
}

/* What one of the crowd holds; `kind` is its place in ten. */
static int live(int kind, int ready)
{
  int pair[2];
  for (int i = 0; i < 4; i++) open("/etc/passwd", O_RDONLY);
  eventfd(0, 0);
  if (pipe(pair)) return 1;
  if (kind == 6) talk();
  if (kind == 7 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return 1;
  if (kind == 8) {
    pthread_t thread;
    for (int i = 0; i < 3; i++)
      if (pthread_create(&thread, NULL, sleeper, NULL)) return 1;
  }
  if (kind == 9)
    for (int i = 0; i < 40; i++) open("/etc/hostname", O_RDONLY);
  if (write(ready, "r", 1) != 1) return 1;
  close(ready);
  sleeper(NULL);
  return 0;
}

/*
 * Text and binary data by turns of a page, none of it compressible, none of it a trace of anything. In blocks apart
 * from each other, as the arenas of an allocator lie.
 */
static int hold(size_t mebibytes)
{
  const size_t block = 4UL << 20, gap = 1UL << 16;
  unsigned long state = 88172645463325252UL;
  for (size_t done = 0; done < mebibytes << 20; done += block) {
    unsigned char *memory = mmap(NULL, block + gap, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory, block, PROT_READ | PROT_WRITE)) return 1;
    for (size_t at = 0; at < block; at++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      memory[at] = at >> 12 & 1 ? (unsigned char)state : " etaoin shrdlu cmfwyp. vbgk, 129"[state & 31];
    }
  }
  printf("ready\n");
  fflush(stdout);
  sleeper(NULL);
  return 0;
}

int main(int argc, char **argv)
{
  if (argc == 3 && strcmp(argv[1], "--hold") == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return hold((size_t)atoi(argv[2]));
  }
  if (argc == 4 && strcmp(argv[1], "--config") == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return live(atoi(argv[2]), atoi(argv[3]));
  }
  if (argc != 3) return 2;
  int count = atoi(argv[1]), ready[2], done = 0;
  char byte;
  raise_loopback();
  if (pipe(ready)) return 1;
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid < 0) {
      perror("crowd: fork");
      return 1;
    }
    if (pid > 0) continue;
    char path[4096], kind[8], end[8];
    snprintf(path, sizeof path, "%s/service-%02d", argv[2], i % NAMES);
    snprintf(kind, sizeof kind, "%d", i % 10);
    snprintf(end, sizeof end, "%d", ready[1]);
    close(ready[0]);
    execl(path, path, "--config", kind, end, (char *)NULL);
    perror("crowd: exec");
    _exit(1);
  }
  close(ready[1]);
  while (read(ready[0], &byte, 1) == 1) done++;
  printf("ready %d\n", done);
  fflush(stdout);
  if (done == count) sleeper(NULL);
  while (wait(NULL) > 0) continue;
  return 1;
}
