#include "decode.h"

#include <stddef.h>
#include <string.h>

enum { BLANK = 0 };

static int most_probable(const float *p, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++)
        if (p[i] > p[best]) best = i;
    return best;
}

double decode(const float *probabilities, int steps, int classes, const char *const *characters,
              char *text) {
    double sum = 0;
    int count = 0, before = BLANK;
    for (int step = 0; step < steps; step++) {
        const float *p = probabilities + (size_t)step * (size_t)classes;
        int best = most_probable(p, classes);
        if (best != BLANK && best != before) {
            size_t bytes = strlen(characters[best]);
            memcpy(text, characters[best], bytes);
            text += bytes;
            sum += p[best];
            count++;
        }
        before = best;
    }
    *text = '\0';
    return count ? sum / count : 0;
}
