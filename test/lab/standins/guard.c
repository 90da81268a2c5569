/*
 * The guard of the manual, harmless: it keeps a program running, and when a tool is started that it knows by name it ends
 * the program, waits, ends the tool, and runs the program again. Ends nothing but its own child and the tools named.
 *
 *   guard SETTINGS
 *
 * SETTINGS is a file of words: SECONDS KEPT PROGRAM TOOL,TOOL ARGUMENT … KEPT holds the program, each byte turned over, from which it is written again when it is not there.
 */
#include "standin.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

static int is_tool(const char *tools, const char *name) {
  size_t length = strlen(name);
  for (const char *at = tools; *at != '\0';) {
    size_t part = strcspn(at, ",");
    if (part == length && strncmp(at, name, length) == 0) return 1;
    at += part + (at[part] == ',');
  }
  return 0;
}

/* A process that is called as one of the tools; 0 where there is none. */
static pid_t tool_running(const char *tools) {
  DIR *proc = opendir("/proc");
  pid_t found = 0;
  struct dirent *entry;
  while (proc != NULL && found == 0 && (entry = readdir(proc)) != NULL) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    char path[300], name[32] = "";
    snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    if (fgets(name, sizeof name, file) != NULL) name[strcspn(name, "\n")] = '\0';
    fclose(file);
    if (is_tool(tools, name)) found = (pid_t)atoi(entry->d_name);
  }
  if (proc != NULL) closedir(proc);
  return found;
}

static void write_again(const char *kept, const char *program) {
  if (access(program, F_OK) == 0) return;
  char folder[256];
  snprintf(folder, sizeof folder, "%s", program);
  char *slash = strrchr(folder, '/');
  if (slash != NULL && slash != folder) {
    *slash = '\0';
    mkdir(folder, 0755);
  }
  int from = open(kept, O_RDONLY), to = open(program, O_WRONLY | O_CREAT | O_EXCL, 0755);
  unsigned char piece[65536];
  ssize_t size;
  while (from >= 0 && to >= 0 && (size = read(from, piece, sizeof piece)) > 0) {
    for (ssize_t at = 0; at < size; at++) piece[at] ^= 0xff;
    if (write(to, piece, (size_t)size) != size) break;
  }
  if (from >= 0) close(from);
  if (to >= 0) close(to);
}

#define MAX_WORDS 64

/* The words of a file, as an argument list that ends with NULL. */
static int read_words(const char *path, char **words) {
  static char text[4096];
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = '\0';
  int count = 0;
  for (char *word = strtok(text, " \n"); word != NULL && count < MAX_WORDS - 1; word = strtok(NULL, " \n"))
    words[count++] = word;
  words[count] = NULL;
  return count;
}

int main(int argc, char **argv) {
  standin_guard();
  char *words[MAX_WORDS];
  if (argc < 2 || read_words(argv[1], words) < 4) return 2;
  const char *kept = words[1], *program = words[2], *tools = words[3];
  unsigned seconds = standin_number(words[0], 300);
  pid_t child = 0;
  standin_ready();
  for (;;) {
    pid_t tool = tool_running(tools);
    if (tool != 0) {
      if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        child = 0;
      }
      sleep(seconds);
      kill(tool, SIGKILL);
    }
    if (child > 0 && waitpid(child, NULL, WNOHANG) == child) child = 0;
    if (child == 0) {
      write_again(kept, program);
      child = fork();
      if (child == 0) {
        words[3] = words[2];
        execv(program, words + 3);
        _exit(127);
      }
    }
    usleep(200000);
  }
}
