using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// Dropout with the factors of <see cref="DropoutMask"/>: libtorch's own draws from a generator that all threads share, and whose
/// state would depend on who computed what before.
/// </summary>
internal sealed class TorchDropout(DropoutMask mask) : IDisposable
{
    private AlignedTensor<float>? factors;

    /// <param name="x_NU">Samples x units.</param>
    public Tensor Apply(Tensor x_NU, DropoutKey key)
    {
        int samples = (int)x_NU.shape[0];
        int units = (int)x_NU.shape[1];
        if (factors is null || factors.Length < samples * units)
        {
            factors?.Dispose();
            factors = new AlignedTensor<float>(checked(samples * units));
        }

        for (int sample = 0; sample < samples; sample++)
        {
            mask.Draw(key, sample, factors.Values.Slice(sample * units, units));
        }

        // Autograd keeps the memory of this view as long as it needs it.
        using Tensor factors_NU = factors.View(0, samples, units);
        return x_NU.mul(factors_NU);
    }

    public void Dispose() => factors?.Dispose();
}
