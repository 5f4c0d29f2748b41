/* Adam on Rosenbrock's function from n starts, on one thread: the operations of optimizers/adam.py
   in their order, for benchmarks/maps.py to compare with. Blocks stay in the cache. */

#include <math.h>

#define BLOCK 256

static void block(double *restrict x, double *restrict y, int n, long steps, double lr,
                  double beta1, double beta2, double eps)
{
    double mx[BLOCK] = {0}, my[BLOCK] = {0}, vx[BLOCK] = {0}, vy[BLOCK] = {0};
    for (long t = 1; t <= steps; t++) {
        double c1 = 1 - pow(beta1, t), c2 = 1 - pow(beta2, t);
        for (int i = 0; i < n; i++) {
            double beside = y[i] - x[i] * x[i];
            double gx = -400 * x[i] * beside + (2 * x[i] - 2), gy = 200 * beside;
            mx[i] = beta1 * mx[i] + (1 - beta1) * gx;
            my[i] = beta1 * my[i] + (1 - beta1) * gy;
            vx[i] = beta2 * vx[i] + (1 - beta2) * (gx * gx);
            vy[i] = beta2 * vy[i] + (1 - beta2) * (gy * gy);
            x[i] -= lr * (mx[i] / c1) / (sqrt(vx[i] / c2) + eps);
            y[i] -= lr * (my[i] / c1) / (sqrt(vy[i] / c2) + eps);
        }
    }
}

void run(double *x, double *y, long n, long steps, double lr, double beta1, double beta2,
         double eps)
{
    for (long i = 0; i < n; i += BLOCK)
        block(x + i, y + i, n - i < BLOCK ? n - i : BLOCK, steps, lr, beta1, beta2, eps);
}
