using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DistTrain.Training.Augmentation;

/// <summary>
/// Moves one channel of an image. The channel is laid into a larger plane whose margin is black and so wide that no motion looks beyond it: pixels
/// need no test of whether they are within the image.
/// </summary>
/// <remarks>
/// Places are whole numbers of 2^-16 pixels, so that they are the same on every processor and in every order of computation; values are interpolated
/// by a + f (b - a), which for f = 0 is a to the last bit.
/// </remarks>
internal sealed class PaddedPlane
{
    private const int Bits = FixedRotation.FractionBits;
    private const int FractionMask = (1 << Bits) - 1;
    private const float Unit = 1f / (1 << Bits);

    private readonly int height;
    private readonly int width;
    private readonly int above;
    private readonly int left;
    private readonly int stride;
    private readonly float[] values;

    /// <param name="mostRight">Largest shift in pixels.</param>
    /// <param name="mostDown">Likewise.</param>
    /// <param name="turns">Whether it will also be turned.</param>
    /// <param name="black">What the margin holds.</param>
    public PaddedPlane(int height, int width, int mostRight, int mostDown, bool turns, float black)
    {
        this.height = height;
        this.width = width;
        (left, above) = (mostRight, mostDown);
        if (turns)
        {
            // A corner of the shifted image, seen from the centre, may be turned to lie along either side. Two pixels more for the neighbours
            // between which is interpolated, and for rounding.
            double reach = Math.Sqrt(Square(((width - 1) / 2.0) + mostRight) + Square(((height - 1) / 2.0) + mostDown));
            left = (int)Math.Ceiling(reach - ((width - 1) / 2.0)) + 2;
            above = (int)Math.Ceiling(reach - ((height - 1) / 2.0)) + 2;
        }

        stride = width + (2 * left);
        values = new float[checked(stride * (height + (2 * above)))];
        Array.Fill(values, black);
    }

    /// <summary>Replaces the channel by the moved one.</summary>
    /// <param name="channel">H x W.</param>
    /// <param name="motion">Within what was announced.</param>
    /// <param name="rotation">Of the motion's angle.</param>
    public void Move(Span<float> channel, Motion motion, FixedRotation rotation)
    {
        for (int y = 0; y < height; y++)
        {
            channel.Slice(y * width, width).CopyTo(values.AsSpan(((above + y) * stride) + left));
        }

        if (motion.Degrees == 0)
        {
            Shift(channel, motion);
        }
        else
        {
            Turn(channel, motion, rotation);
        }
    }

    /// <summary>Whole pixels go to whole pixels: copies.</summary>
    private void Shift(Span<float> channel, Motion motion)
    {
        int from = left + (motion.Mirrored ? motion.Right : -motion.Right);
        for (int y = 0; y < height; y++)
        {
            Span<float> row = channel.Slice(y * width, width);
            values.AsSpan(((above + y - motion.Down) * stride) + from, width).CopyTo(row);
            if (motion.Mirrored)
            {
                row.Reverse();
            }
        }
    }

    /// <summary>
    /// The pixel at p, seen from the centre, comes from (cos u + sin v, cos v - sin u) with (u, v) = p - shift, mirrored in its first coordinate
    /// if need be; between four pixels it is interpolated.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(Span<float> channel, Motion motion, FixedRotation rotation)
    {
        long acrossX = motion.Mirrored ? -rotation.Cosine : rotation.Cosine;
        long downX = motion.Mirrored ? -rotation.Sine : rotation.Sine;
        long centreX = ((long)left << Bits) + ((width - 1L) << (Bits - 1));
        long centreY = ((long)above << Bits) + ((height - 1L) << (Bits - 1));
        ref float plane = ref MemoryMarshal.GetArrayDataReference(values);
        ref float to = ref MemoryMarshal.GetReference(channel[..(height * width)]);
        for (int y = 0; y < height; y++)
        {
            // Centres lie between pixels if a side is even: u and v are counted in half pixels.
            long u = -(width - 1L) - (2L * motion.Right);
            long v = (2L * y) - (height - 1L) - (2L * motion.Down);
            long sourceX = centreX + (((acrossX * u) + (downX * v)) >> 1);
            long sourceY = centreY + (((rotation.Cosine * v) - (rotation.Sine * u)) >> 1);
            for (int x = 0; x < width; x++)
            {
                // Without checks of bounds: the margin is as wide as any motion reaches.
                ref float upper = ref Unsafe.Add(ref plane, (nint)(((sourceY >> Bits) * stride) + (sourceX >> Bits)));
                ref float lower = ref Unsafe.Add(ref upper, stride);
                float rightwards = (int)(sourceX & FractionMask) * Unit;
                float downwards = (int)(sourceY & FractionMask) * Unit;
                float top = upper + (rightwards * (Unsafe.Add(ref upper, 1) - upper));
                float bottom = lower + (rightwards * (Unsafe.Add(ref lower, 1) - lower));
                to = top + (downwards * (bottom - top));
                to = ref Unsafe.Add(ref to, 1);
                sourceX += acrossX;
                sourceY -= rotation.Sine;
            }
        }
    }

    private static double Square(double value) => value * value;
}
