using DistTrain.Training.Models;

namespace DistTrain.Training.Scores;

/// <summary>What the outputs (logits) of an autoencoder say of one image, in double precision.</summary>
public static class PixelScores
{
    /// <summary>The pixel that a logit stands for, from 0 to 1: sigmoid(z).</summary>
    public static double Pixel(float logit) => 1 / (1 + Math.Exp(-(double)logit));

    /// <summary>The same as a byte, as images are stored.</summary>
    public static byte Byte(float logit) => (byte)Math.Round(255 * Pixel(logit));

    /// <summary>Mean over the pixels of (sigmoid(z) - t)^2.</summary>
    /// <param name="logits">One a pixel.</param>
    /// <param name="pixels">The targets t, 255 for 1.</param>
    public static double MeanSquaredError(ReadOnlySpan<float> logits, ReadOnlySpan<byte> pixels)
    {
        double sum = 0;
        for (int p = 0; p < pixels.Length; p++)
        {
            double difference = Pixel(logits[p]) - (pixels[p] / 255.0);
            sum += difference * difference;
        }

        return sum / pixels.Length;
    }

    /// <summary>The loss of an image, as <see cref="LossKind"/> has it.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static double Loss(LossKind loss, ReadOnlySpan<float> logits, ReadOnlySpan<byte> pixels) => loss switch
    {
        LossKind.MeanSquaredError => MeanSquaredError(logits, pixels),
        LossKind.BinaryCrossEntropy => BinaryCrossEntropy(logits, pixels),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss of pixels."),
    };

    private static double BinaryCrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<byte> pixels)
    {
        double sum = 0;
        for (int p = 0; p < pixels.Length; p++)
        {
            double z = logits[p];
            sum += Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (z * pixels[p] / 255);
        }

        return sum / pixels.Length;
    }
}
