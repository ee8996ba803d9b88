// Group norm, and SiLU behind it, of channels-last pictures on a processor: PyTorch's own kernels for this layout are the
// slowest part of a training step at these widths. Everything between reading and writing is float32, whatever the
// pictures hold. Plain C functions, so that a compiler is all it takes.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

struct Half  // bfloat16
{
    uint16_t bits;
};

inline float widen(float value) { return value; }
inline float widen(Half value)
{
    uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
    float wide;
    std::memcpy(&wide, &bits, 4);
    return wide;
}

inline void narrow(float value, float& out) { out = value; }
inline void narrow(float value, Half& out)
{
    // To the nearest, ties to even.
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    out.bits = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

inline float sigmoid(float value) { return 1.0f / (1.0f + expf(-value)); }

struct Layout
{
    int64_t batch, cells, channels, groups;
    int64_t width() const { return channels / groups; }
    double count() const { return static_cast<double>(width() * cells); }

    // Loops run over several cells at a time where the channels are few: short ones are slow.
    int64_t together() const
    {
        int64_t many = std::max<int64_t>(1, 128 / channels);
        return cells % many ? 1 : many;
    }
    int64_t stretch() const { return together() * channels; }
    int64_t stretches() const { return cells / together(); }
};

// The values of the channels, once for each of the cells that are looked at together.
std::vector<float> repeated(const float* channels, const Layout& of)
{
    std::vector<float> values(of.stretch());
    for (int64_t k = 0; k < of.together(); k++)
    {
        std::copy(channels, channels + of.channels, values.begin() + k * of.channels);
    }
    return values;
}

void add_up(const std::vector<float>& values, std::vector<double>& channels)
{
    for (size_t k = 0; k < values.size(); k++)
    {
        channels[k % channels.size()] += values[k];
    }
}

// Sums over so many cells are kept in float32 before they are added up in float64.
constexpr int64_t ROWS = 128;

// For one picture: y = scale * x + shift per channel is the normalised, weighted value.
template <typename T>
void statistics(const T* x, const Layout& of, const float* weight, const float* bias, float eps, float* mean,
                float* inverse, float* scale, float* shift)
{
    const int64_t W = of.stretch();
    std::vector<double> sum(of.channels), square(of.channels);
    std::vector<float> values(W), squares(W);
    for (int64_t start = 0; start < of.stretches(); start += ROWS)
    {
        std::fill(values.begin(), values.end(), 0.0f);
        std::fill(squares.begin(), squares.end(), 0.0f);
        for (int64_t n = start; n < std::min(of.stretches(), start + ROWS); n++)
        {
            const T* row = x + n * W;
            for (int64_t c = 0; c < W; c++)
            {
                float value = widen(row[c]);
                values[c] += value;
                squares[c] += value * value;
            }
        }
        add_up(values, sum);
        add_up(squares, square);
    }
    for (int64_t g = 0; g < of.groups; g++)
    {
        double total = 0, squares = 0;
        for (int64_t c = g * of.width(); c < (g + 1) * of.width(); c++)
        {
            total += sum[c];
            squares += square[c];
        }
        double middle = total / of.count();
        mean[g] = static_cast<float>(middle);
        inverse[g] = static_cast<float>(1.0 / std::sqrt(std::max(0.0, squares / of.count() - middle * middle) + eps));
        for (int64_t c = g * of.width(); c < (g + 1) * of.width(); c++)
        {
            scale[c] = inverse[g] * weight[c];
            shift[c] = bias[c] - mean[g] * scale[c];
        }
    }
}

template <typename T, bool Silu>
void forward(const T* x, T* y, const Layout& of, const float* scale, const float* shift)
{
    const int64_t W = of.stretch();
    const std::vector<float> scales = repeated(scale, of), shifts = repeated(shift, of);
    for (int64_t n = 0; n < of.stretches(); n++)
    {
        const T* row = x + n * W;
        T* out = y + n * W;
        for (int64_t c = 0; c < W; c++)
        {
            float value = widen(row[c]) * scales[c] + shifts[c];
            narrow(Silu ? value * sigmoid(value) : value, out[c]);
        }
    }
}

// What arrives at the norm, given what arrives behind the SiLU.
template <typename T, bool Silu>
inline float before_silu(T x, T gradient, float scale, float shift)
{
    float change = widen(gradient);
    if (!Silu)
    {
        return change;
    }
    float value = widen(x) * scale + shift, open = sigmoid(value);
    return change * open * (1.0f + value * (1.0f - open));
}

template <typename T, bool Silu>
void backward(const T* x, const T* gradient, T* result, const Layout& of, const float* weight, const float* mean,
              const float* inverse, const float* scale, const float* shift, float* weight_change, float* bias_change)
{
    const int64_t W = of.stretch();
    const std::vector<float> scales = repeated(scale, of), shifts = repeated(shift, of);
    std::vector<double> sum(of.channels), product(of.channels);
    std::vector<float> values(W), products(W), factor(of.channels), offset(of.channels);
    for (int64_t start = 0; start < of.stretches(); start += ROWS)
    {
        std::fill(values.begin(), values.end(), 0.0f);
        std::fill(products.begin(), products.end(), 0.0f);
        for (int64_t n = start; n < std::min(of.stretches(), start + ROWS); n++)
        {
            const T *row = x + n * W, *change = gradient + n * W;
            for (int64_t c = 0; c < W; c++)
            {
                float value = before_silu<T, Silu>(row[c], change[c], scales[c], shifts[c]);
                values[c] += value;
                products[c] += value * widen(row[c]);
            }
        }
        add_up(values, sum);
        add_up(products, product);
    }
    for (int64_t g = 0; g < of.groups; g++)
    {
        double sums = 0, normals = 0;
        for (int64_t c = g * of.width(); c < (g + 1) * of.width(); c++)
        {
            double normal = (product[c] - sum[c] * mean[g]) * inverse[g];
            weight_change[c] = static_cast<float>(normal);
            bias_change[c] = static_cast<float>(sum[c]);
            sums += sum[c] * weight[c];
            normals += normal * weight[c];
        }
        sums /= of.count();
        normals /= of.count();
        for (int64_t c = g * of.width(); c < (g + 1) * of.width(); c++)
        {
            factor[c] = static_cast<float>(-inverse[g] * inverse[g] * normals);
            offset[c] = static_cast<float>(-inverse[g] * (sums - inverse[g] * normals * mean[g]));
        }
    }
    const std::vector<float> factors = repeated(factor.data(), of), offsets = repeated(offset.data(), of);
    for (int64_t n = 0; n < of.stretches(); n++)
    {
        const T *row = x + n * W, *change = gradient + n * W;
        T* out = result + n * W;
        for (int64_t c = 0; c < W; c++)
        {
            float value = before_silu<T, Silu>(row[c], change[c], scales[c], shifts[c]);
            narrow(value * scales[c] + widen(row[c]) * factors[c] + offsets[c], out[c]);
        }
    }
}

template <typename T>
void forward_all(const T* x, T* y, const Layout& of, const float* weight, const float* bias, float eps, bool silu,
                 float* mean, float* inverse, float* scale, float* shift)
{
    auto one = silu ? forward<T, true> : forward<T, false>;
    for (int64_t k = 0; k < of.batch; k++)
    {
        int64_t at = k * of.cells * of.channels, row = k * of.channels, group = k * of.groups;
        statistics(x + at, of, weight, bias, eps, mean + group, inverse + group, scale + row, shift + row);
        one(x + at, y + at, of, scale + row, shift + row);
    }
}

template <typename T>
void backward_all(const T* x, const T* gradient, T* result, const Layout& of, const float* weight, bool silu,
                  const float* mean, const float* inverse, const float* scale, const float* shift,
                  float* weight_change, float* bias_change)
{
    auto one = silu ? backward<T, true> : backward<T, false>;
    for (int64_t k = 0; k < of.batch; k++)
    {
        int64_t at = k * of.cells * of.channels, row = k * of.channels, group = k * of.groups;
        one(x + at, gradient + at, result + at, of, weight, mean + group, inverse + group, scale + row, shift + row,
            weight_change + row, bias_change + row);
    }
}

}  // namespace

// x, y, gradient, result: [batch, cells, channels]. mean, inverse: [batch, groups]. scale, shift, weight_change and
// bias_change: [batch, channels]. half: whether the pictures are bfloat16 rather than float32.
extern "C" void norm_forward(const void* x, void* y, int64_t batch, int64_t cells, int64_t channels, int64_t groups,
                             const float* weight, const float* bias, float eps, int silu, int half, float* mean,
                             float* inverse, float* scale, float* shift)
{
    Layout of{batch, cells, channels, groups};
    if (half)
    {
        forward_all(static_cast<const Half*>(x), static_cast<Half*>(y), of, weight, bias, eps, silu != 0, mean, inverse,
                    scale, shift);
    }
    else
    {
        forward_all(static_cast<const float*>(x), static_cast<float*>(y), of, weight, bias, eps, silu != 0, mean,
                    inverse, scale, shift);
    }
}

extern "C" void norm_backward(const void* x, const void* gradient, void* result, int64_t batch, int64_t cells,
                              int64_t channels, int64_t groups, const float* weight, int silu, int half,
                              const float* mean, const float* inverse, const float* scale, const float* shift,
                              float* weight_change, float* bias_change)
{
    Layout of{batch, cells, channels, groups};
    if (half)
    {
        backward_all(static_cast<const Half*>(x), static_cast<const Half*>(gradient), static_cast<Half*>(result), of,
                     weight, silu != 0, mean, inverse, scale, shift, weight_change, bias_change);
    }
    else
    {
        backward_all(static_cast<const float*>(x), static_cast<const float*>(gradient), static_cast<float*>(result), of,
                     weight, silu != 0, mean, inverse, scale, shift, weight_change, bias_change);
    }
}
