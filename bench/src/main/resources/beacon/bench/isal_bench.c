// Encode and rebuild 10+4 with shards of 1 MiB by ISA-L; prints two rates in GB of data per second.
#include <isa-l/erasure_code.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { K = 10, M = 4, LEN = 1 << 20, REPEATS = 100 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static double rate(int rows, unsigned char *matrix, unsigned char **in, unsigned char **out) {
    unsigned char tables[32 * K * M];
    ec_init_tables(K, rows, matrix, tables);
    ec_encode_data(LEN, K, rows, tables, in, out);
    double start = now();
    for (int i = 0; i < REPEATS; i++) ec_encode_data(LEN, K, rows, tables, in, out);
    return (double)REPEATS * K * LEN / (now() - start) / 1e9;
}

int main(void) {
    unsigned char matrix[(K + M) * K];
    unsigned char *shards[K + M];
    for (int i = 0; i < K + M; i++) {
        if (posix_memalign((void **)&shards[i], 64, LEN)) return 1;
        for (int b = 0; b < LEN; b++) shards[i][b] = (unsigned char)rand();
    }
    gf_gen_cauchy1_matrix(matrix, K + M, K);
    double encode = rate(M, matrix + K * K, shards, shards + K);
    // Rebuilding one shard is one row over ten sources, whatever its coefficients.
    double rebuild = rate(1, matrix + K * K, shards, shards + K);
    printf("%.3f %.3f\n", encode, rebuild);
    return 0;
}
