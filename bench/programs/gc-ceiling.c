/*
 * The ceiling of a garbage collection: reads the same indexes and lists the same directories, in as many threads as it
 * is told, and does nothing with either. gc-ceiling DATASTORE THREADS
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1280 * 1024, ENTRIES = 64 * 1024, DIRECTORIES = 65536, THREADS_MAX = 256 };

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

static char **indexes;
static size_t index_count;
static int chunks;
static atomic_size_t next;
static atomic_ulong bytes_read, names_seen;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int is_index(const char *name) {
  size_t length = strlen(name);
  return length > 5 && (!strcmp(name + length - 5, ".fidx") || !strcmp(name + length - 5, ".didx"));
}

static void remember(const char *path) {
  indexes = realloc(indexes, (index_count + 1) * sizeof *indexes);
  if (!indexes || !(indexes[index_count++] = strdup(path))) fail("memory");
}

static void find_indexes(const char *directory) {
  DIR *open = opendir(directory);
  if (!open) fail(directory);
  for (struct dirent *found; (found = readdir(open));) {
    char path[4096];
    if (found->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", directory, found->d_name);
    if (found->d_type == DT_DIR) find_indexes(path);
    else if (is_index(found->d_name)) remember(path);
  }
  closedir(open);
}

static void *read_indexes(void *unused) {
  char *piece = malloc(PIECE);
  if (!piece) fail("memory");
  for (size_t number; (number = next++) < index_count;) {
    int fd = open(indexes[number], O_RDONLY);
    if (fd < 0) fail(indexes[number]);
    ssize_t count;
    while ((count = read(fd, piece, PIECE)) > 0) bytes_read += count;
    if (count < 0) fail(indexes[number]);
    close(fd);
  }
  free(piece);
  return unused;
}

static unsigned long count_names(int fd, char *entries) {
  unsigned long names = 0;
  for (long bytes; (bytes = syscall(SYS_getdents64, fd, entries, ENTRIES)) != 0;) {
    if (bytes < 0) fail("getdents64");
    for (long at = 0; at < bytes;) {
      struct entry *entry = (struct entry *)(entries + at);
      names += entry->name[0] != '.';
      at += entry->length;
    }
  }
  return names;
}

static void *list_directories(void *unused) {
  char *entries = malloc(ENTRIES);
  if (!entries) fail("memory");
  for (size_t number; (number = next++) < DIRECTORIES;) {
    char name[8];
    snprintf(name, sizeof name, "%04x", (unsigned)number);
    int fd = openat(chunks, name, O_RDONLY | O_DIRECTORY);
    if (fd < 0) fail(name);
    names_seen += count_names(fd, entries);
    close(fd);
  }
  free(entries);
  return unused;
}

/* Seconds that it takes all threads together. */
static double in_threads(int threads, void *(*work)(void *)) {
  pthread_t running[THREADS_MAX];
  double started = now();
  next = 0;
  for (int number = 0; number < threads; number += 1)
    if (pthread_create(&running[number], NULL, work, NULL)) fail("thread");
  for (int number = 0; number < threads; number += 1) pthread_join(running[number], NULL);
  return now() - started;
}

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **words) {
  int threads = count > 2 ? atoi(words[2]) : 0;
  if (threads < 1 || threads > THREADS_MAX) return 2;
  if (chdir(words[1])) fail(words[1]);
  double started = now();
  find_indexes(".");
  double finding = now() - started;
  double reading = finding + in_threads(threads, read_indexes);
  chunks = open(".chunks", O_RDONLY | O_DIRECTORY);
  if (chunks < 0) fail(".chunks");
  double listing = in_threads(threads, list_directories);
  printf("{\"readSeconds\":%.6f,\"listSeconds\":%.6f,\"cpuSeconds\":%.6f,", reading, listing, cpu_seconds());
  printf("\"indexes\":%zu,\"indexBytes\":%lu,\"names\":%lu}\n", index_count, bytes_read, names_seen);
  return 0;
}
