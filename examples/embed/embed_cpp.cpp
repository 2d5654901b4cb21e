// The program of embed.c again, in C++11: the headers that netc writes are C and C++ alike.
//
//     embed_cpp images.npy [THREADS]

#include "digits-denoise.h"
#include "digits.h"
#include "netc_runtime.h"
extern "C" {
#include "npy.h"
}

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

constexpr int PIXELS = DIGITS_IMAGE_ELEMS;
constexpr int MAX_THREADS = 64;

void check(int status) {
    if (status != NETC_OK) throw std::runtime_error(netc_status_text(status));
}

// Both networks, with the workspaces of one thread.
class Reader {
  public:
    std::ptrdiff_t read(const float *image) {
        std::array<float, DIGITS_PROBABILITY_ELEMS> probability;
        check(digits_run(image, probability.data(), read_));
        return std::max_element(probability.begin(), probability.end()) - probability.begin();
    }

    std::ptrdiff_t read_noisy(const float *image, unsigned seed) {
        std::array<float, PIXELS> noisy, clean;
        for (int i = 0; i < PIXELS; i++) {
            seed = seed * 1664525u + 1013904223u;
            noisy[i] = image[i] + static_cast<float>(seed >> 8) * (0.5f / (1 << 24));
        }
        check(digits_denoise_run(noisy.data(), clean.data(), clean_));
        return read(clean.data());
    }

  private:
    alignas(DIGITS_WORKSPACE_ALIGN) unsigned char read_[DIGITS_WORKSPACE_BYTES];
    alignas(DIGITS_DENOISE_WORKSPACE_ALIGN) unsigned char clean_[DIGITS_DENOISE_WORKSPACE_BYTES];
};

// How many of images first, first + step ... are read the same; a failure goes to `error`.
void count_same(const float *images, std::size_t n_images, std::size_t first, std::size_t step,
                std::size_t *same, std::exception_ptr *error) {
    try {
        Reader reader;
        for (std::size_t i = first; i < n_images; i += step) {
            const float *image = images + i * PIXELS;
            *same += reader.read(image) == reader.read_noisy(image, static_cast<unsigned>(i));
        }
    } catch (...) {
        *error = std::current_exception();
    }
}

std::size_t count_all(const float *images, std::size_t n_images, std::size_t n) {
    std::vector<std::size_t> same(n);
    std::vector<std::exception_ptr> errors(n);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < n; i++)
        threads.emplace_back(count_same, images, n_images, i, n, &same[i], &errors[i]);
    for (auto &thread : threads) thread.join();
    std::size_t sum = 0;
    for (std::size_t i = 0; i < n; i++) {
        if (errors[i]) std::rethrow_exception(errors[i]);
        sum += same[i];
    }
    return sum;
}

} // namespace

int main(int argc, char **argv) {
    int n = argc > 2 ? std::atoi(argv[2]) : 4;
    if (argc < 2 || n < 1 || n > MAX_THREADS) {
        std::fprintf(stderr, "usage: %s images.npy [THREADS, 1 to %d]\n", argv[0], MAX_THREADS);
        return 2;
    }
    const char *why;
    std::size_t n_images;
    std::unique_ptr<float, void (*)(void *)> images(
        static_cast<float *>(npy_read(argv[1], "<f4", PIXELS, &n_images, &why)), std::free);
    if (!images) {
        std::fprintf(stderr, "embed_cpp: %s %s\n", argv[1], why);
        return EXIT_FAILURE;
    }
    try {
        std::size_t same = count_all(images.get(), n_images, static_cast<std::size_t>(n));
        std::printf("%zu of %zu digits are read the same through the noise\n", same, n_images);
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "embed_cpp: a network failed: %s\n", failure.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
