/* randomx.h of RandomX 1.1.10, which librandomx0 does not ship: what stand-ins use of it. */
#ifndef DEMINE_RANDOMX_H
#define DEMINE_RANDOMX_H

#include <stddef.h>

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

#endif
