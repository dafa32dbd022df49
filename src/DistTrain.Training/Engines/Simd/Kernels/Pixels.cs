using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Training.Engines.Simd.Kernels;

/// <summary>
/// Planes of vectors, whose lanes are samples, become images of pixels with all their channels; and the other way. A plane is
/// [pixel][sample], an image [pixel][channel].
/// </summary>
internal static unsafe class Pixels
{
    /// <param name="planes">Channels x pixels x samples.</param>
    /// <param name="samples">A multiple of four.</param>
    /// <param name="images">Samples x pixels x channels. Up to three floats behind an image are overwritten.</param>
    /// <param name="image">Floats from one image to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromPlanes(float* planes, int channels, int pixels, int samples, float* images, nint image)
    {
        nint plane = (nint)pixels * samples;
        for (int pixel = 0; pixel < pixels; pixel++, planes += samples, images += channels)
        {
            // Four channels at a time. Where there are fewer, what is written over is the next pixel's, which comes later.
            for (int channel = 0; channel < channels; channel += 4)
            {
                float* from = planes + (channel * plane);
                float* to = images + channel;
                for (int sample = 0; sample < samples; sample += 4, from += 4, to += 4 * image)
                {
                    Vector128<float> a = Vector128.Load(from);
                    Vector128<float> b = channel + 1 < channels ? Vector128.Load(from + plane) : default;
                    Vector128<float> c = channel + 2 < channels ? Vector128.Load(from + (2 * plane)) : default;
                    Vector128<float> d = channel + 3 < channels ? Vector128.Load(from + (3 * plane)) : default;
                    Transposition.Turn(ref a, ref b, ref c, ref d);
                    a.Store(to);
                    b.Store(to + image);
                    c.Store(to + (2 * image));
                    d.Store(to + (3 * image));
                }
            }
        }
    }

    /// <summary>As <see cref="FromPlanes"/>, the other way. Up to three floats behind an image are read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPlanes(float* images, nint image, int channels, int pixels, int samples, float* planes)
    {
        nint plane = (nint)pixels * samples;
        for (int pixel = 0; pixel < pixels; pixel++, planes += samples, images += channels)
        {
            for (int channel = 0; channel < channels; channel += 4)
            {
                float* from = images + channel;
                float* to = planes + (channel * plane);
                for (int sample = 0; sample < samples; sample += 4, from += 4 * image, to += 4)
                {
                    Vector128<float> a = Vector128.Load(from);
                    Vector128<float> b = Vector128.Load(from + image);
                    Vector128<float> c = Vector128.Load(from + (2 * image));
                    Vector128<float> d = Vector128.Load(from + (3 * image));
                    Transposition.Turn(ref a, ref b, ref c, ref d);
                    a.Store(to);
                    if (channel + 1 < channels)
                    {
                        b.Store(to + plane);
                    }

                    if (channel + 2 < channels)
                    {
                        c.Store(to + (2 * plane));
                    }

                    if (channel + 3 < channels)
                    {
                        d.Store(to + (3 * plane));
                    }
                }
            }
        }
    }
}
