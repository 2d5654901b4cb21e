/* x86-64: kernels are functions with a `target` attribute, one for each width, chosen by what cpuid
 * says at run time; the program itself is compiled for the baseline. Elsewhere there are vectors of
 * 128 bits, which every other machine that netc knows has. */
#include "measure/peak.h"

#include "measure/rounds.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Keeps the results of a kernel alive. */
static volatile float float_sink;
static volatile int32_t int_sink;

/* Twelve chains: latency 4 or 5 times two ports needs 8 to 10, and 16 registers hold 12 and two
 * constants. Each chain tends to a fixed point near 1, so that no value overflows or fades. */
#define CHAINS(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
enum { CHAIN_COUNT = 12 };

#define DECLARE(n) acc##n = set1(1.0f + 0.01f * n),
#define STEP(n) acc##n = madd(acc##n, scale, shift);
#define JOIN(n) sum = add(sum, acc##n);

/* One kernel: `steps` multiply-adds on each chain. */
#define FMA_KERNEL(NAME, ATTRIBUTE, VECTOR)                                                        \
    ATTRIBUTE static void NAME(long steps) {                                                       \
        VECTOR CHAINS(DECLARE) scale = set1(0.5f), shift = set1(0.5f), sum = shift;                \
        for (long i = 0; i < steps; i++) {                                                         \
            CHAINS(STEP)                                                                           \
        }                                                                                          \
        CHAINS(JOIN)                                                                               \
        float lane;                                                                                \
        memcpy(&lane, &sum, sizeof lane);                                                          \
        float_sink = lane;                                                                         \
    }

/* Reads all of `data` into eight sums. */
#define READ_KERNEL(NAME, ATTRIBUTE, VECTOR, ADD, ZERO)                                            \
    ATTRIBUTE static void NAME(const void *data, size_t bytes) {                                   \
        const VECTOR *p = data, *end = p + bytes / sizeof *p;                                      \
        VECTOR a = ZERO, b = ZERO, c = ZERO, d = ZERO, e = ZERO, f = ZERO, g = ZERO, h = ZERO;     \
        for (; p < end; p += 8) {                                                                  \
            a = ADD(a, p[0]), b = ADD(b, p[1]), c = ADD(c, p[2]), d = ADD(d, p[3]);                \
            e = ADD(e, p[4]), f = ADD(f, p[5]), g = ADD(g, p[6]), h = ADD(h, p[7]);                \
        }                                                                                          \
        a = ADD(ADD(ADD(a, b), ADD(c, d)), ADD(ADD(e, f), ADD(g, h)));                             \
        int32_t lane;                                                                              \
        memcpy(&lane, &a, sizeof lane);                                                            \
        int_sink = lane;                                                                           \
    }

#ifdef __x86_64__

#define TARGET(features) __attribute__((target(features)))

#define set1 _mm_set1_ps
#define add _mm_add_ps
#define madd(a, b, c) _mm_add_ps(_mm_mul_ps(a, b), c)
FMA_KERNEL(muladd_128, TARGET("sse2"), __m128)
#undef madd
#define madd _mm_fmadd_ps
FMA_KERNEL(fma_128, TARGET("fma"), __m128)
#undef set1
#undef add
#undef madd

#define set1 _mm256_set1_ps
#define add _mm256_add_ps
#define madd _mm256_fmadd_ps
FMA_KERNEL(fma_256, TARGET("avx2,fma"), __m256)
#undef set1
#undef add
#undef madd

#define set1 _mm512_set1_ps
#define add _mm512_add_ps
#define madd _mm512_fmadd_ps
FMA_KERNEL(fma_512, TARGET("avx512f"), __m512)
#undef set1
#undef add
#undef madd

READ_KERNEL(read_128, TARGET("sse2"), __m128i, _mm_add_epi32, _mm_setzero_si128())
READ_KERNEL(read_256, TARGET("avx2"), __m256i, _mm256_add_epi32, _mm256_setzero_si256())
READ_KERNEL(read_512, TARGET("avx512f"), __m512i, _mm512_add_epi32, _mm512_setzero_si512())

bool peak_has_width(int bits) {
    __builtin_cpu_init();
    if (bits == 512) return __builtin_cpu_supports("avx512f");
    if (bits == 256) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return bits == 128;
}

int peak_widest(void) { return peak_has_width(512) ? 512 : peak_has_width(256) ? 256 : 128; }

static void (*fma_kernel(int bits))(long) {
    if (bits == 512) return fma_512;
    if (bits == 256) return fma_256;
    return __builtin_cpu_supports("fma") ? fma_128 : muladd_128;
}

static void (*read_kernel(void))(const void *, size_t) {
    int widest = peak_widest();
    return widest == 512 ? read_512 : widest == 256 ? read_256 : read_128;
}

#else

typedef float FloatVector __attribute__((vector_size(16)));
typedef int32_t IntVector __attribute__((vector_size(16)));

#define set1(x) ((FloatVector){x, x, x, x})
#define add(a, b) ((a) + (b))
#define madd(a, b, c) ((a) * (b) + (c)) /* contracted where the machine fuses */
FMA_KERNEL(fma_128, , FloatVector)
READ_KERNEL(read_128, , IntVector, add, ((IntVector){0}))

bool peak_has_width(int bits) { return bits == 128; }

int peak_widest(void) { return 128; }

static void (*fma_kernel(int bits))(long) {
    (void)bits;
    return fma_128;
}

static void (*read_kernel(void))(const void *, size_t) { return read_128; }

#endif

double peak_fma(int bits, double seconds) {
    if (!peak_has_width(bits)) return 0;
    void (*kernel)(long) = fma_kernel(bits);
    const long steps = 100000;
    double flops = (double)steps * CHAIN_COUNT * 2 * bits / 32, best = 0, start = clock_seconds();
    do {
        double before = clock_seconds();
        kernel(steps);
        double rate = flops / (clock_seconds() - before);
        if (rate > best) best = rate;
    } while (clock_seconds() - start < seconds);
    return best * 1e-9;
}

double peak_read(size_t bytes, double seconds) {
    void *data = aligned_alloc(4096, bytes);
    if (!data) return 0;
    memset(data, 1, bytes); /* every page its own */
    void (*kernel)(const void *, size_t) = read_kernel();
    /* At least a megabyte between two looks at the clock. */
    size_t passes = bytes < (1 << 20) ? (1 << 20) / bytes : 1;
    double best = 0, start = clock_seconds();
    do {
        double before = clock_seconds();
        for (size_t i = 0; i < passes; i++) kernel(data, bytes);
        double rate = (double)bytes * (double)passes / (clock_seconds() - before);
        if (rate > best) best = rate;
    } while (clock_seconds() - start < seconds);
    free(data);
    return best * 1e-9;
}

size_t peak_l2_bytes(void) {
    long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return bytes >= 8192 ? (size_t)bytes : 256 * 1024;
}
