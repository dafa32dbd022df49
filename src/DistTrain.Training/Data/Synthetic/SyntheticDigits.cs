using System.Globalization;
using DistTrain.Training.Randomness;

namespace DistTrain.Training.Data.Synthetic;

/// <summary>
/// Hand-drawn-looking digits, 1 x 28 x 28, made by arithmetic alone: no file, no network, the same bytes on every
/// machine. Image i is the same however many are asked for, so a small set is the beginning of a large one.
/// </summary>
public static class SyntheticDigits
{
    public const string Name = "synthetic";

    /// <summary>Training images of plain <c>synthetic</c>; as many as MNIST has.</summary>
    public const int DefaultCount = 60_000;

    /// <summary>784 MB of pixels.</summary>
    public const int LargestCount = 1_000_000;

    /// <summary>Fingerprint of plain <c>synthetic</c>, on every machine.</summary>
    public const string DefaultFingerprint = "a83e864627887bb3c593683b775edba61fd58b34f5a486d88258adcbb007f643";

    private const int Classes = 10;
    private const int SmallestTest = 10;
    private const ulong Seed = 0x6469737472616e; // any fixed number; another one would be another data set
    private const ulong TrainStream = 1;
    private const ulong TestStream = 2;
    private const int PixelsPerImage = DigitPainter.Side * DigitPainter.Side;

    /// <summary>Whether a name is <c>synthetic</c> or begins like <c>synthetic:N</c>.</summary>
    public static bool IsName(string name) => name == Name || name.StartsWith(Name + ":", StringComparison.Ordinal);

    /// <summary>The number of training images that <c>synthetic</c> or <c>synthetic:N</c> asks for.</summary>
    /// <exception cref="UserErrorException">N is not a number from 1 to <see cref="LargestCount"/>.</exception>
    public static int CountIn(string name)
    {
        if (name == Name)
        {
            return DefaultCount;
        }

        string number = name[(Name.Length + 1)..];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= LargestCount
            ? count
            : throw new UserErrorException($"dataset '{name}': '{number}' is not a number of training images from 1 to {LargestCount}; for example synthetic:6000");
    }

    /// <param name="trainCount">Training images; the test set has a sixth of that, at least 10.</param>
    public static ImageDataset Draw(string name, int trainCount, CancellationToken cancellation = default)
    {
        LabelledImages train = DrawSet(TrainStream, trainCount, cancellation);
        LabelledImages test = DrawSet(TestStream, Math.Max(SmallestTest, trainCount / 6), cancellation);
        return ImageDataset.Measured(name, train, test, "drawn by this program");
    }

    private static LabelledImages DrawSet(ulong stream, int count, CancellationToken cancellation)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(count * PixelsPerImage));
        byte[] labels = new byte[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, () => new DigitPainter(), DrawOne, static _ => { });
        return new LabelledImages(pixels, labels, Channels: 1, DigitPainter.Side, DigitPainter.Side, Classes);

        DigitPainter DrawOne(int image, ParallelLoopState loop, DigitPainter painter)
        {
            SplitMix64 random = new(Seed, stream, (ulong)image);
            int digit = random.Below(Classes);
            labels[image] = (byte)digit;
            painter.Paint(digit, ref random, pixels.AsSpan(image * PixelsPerImage, PixelsPerImage));
            return painter;
        }
    }
}
