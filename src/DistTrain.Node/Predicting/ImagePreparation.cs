using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Images;
using DistTrain.Training.Data.Shaping;
using DistTrain.Training.Models;

namespace DistTrain.Node.Predicting;

/// <summary>Makes of any picture one that a model takes, by the steps that make a data set of a folder of images: of the same file the same bytes.</summary>
/// <param name="invert">The picture is dark on white.</param>
/// <param name="centre">As MNIST was made: <see cref="Centring"/>. Else the whole picture is fitted into the model's, in its proportions, with black beside it.</param>
internal sealed class ImagePreparation(ModelDescription model, bool invert, bool centre)
{
    /// <summary>Pixels of the largest picture: what cameras take.</summary>
    public const int MostPixels = 50_000_000;

    /// <param name="file">PNG or JPEG.</param>
    /// <param name="name">For messages.</param>
    /// <param name="darkOnWhite">Whether its border is bright after all, so that it should perhaps be inverted.</param>
    /// <exception cref="UserErrorException">It is no picture that can be read, nothing is to be seen, or the model takes other pictures.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LabelledImages Prepare(Stream file, string name, out bool darkOnWhite)
    {
        DecodedImage picture = ImageDecoder.Decode(file, name, background: invert ? byte.MaxValue : byte.MinValue, MostPixels);
        PixelPlane[] channels = model.Channels switch
        {
            1 => [Plane(ImageShaping.Grey(picture.Pixels), picture.Size)],
            3 => [.. picture.Pixels.Chunk(picture.Pixels.Length / 3).Select(channel => Plane(channel, picture.Size))],
            _ => throw new UserErrorException($"model {model.Name} takes images of {model.Channels} channels, and pictures have 1 or 3"),
        };
        if (invert)
        {
            channels = [.. channels.Select(channel => channel.Select(value => (byte)(255 - value)))];
        }

        darkOnWhite = !invert && channels.All(HasBrightBorder);
        byte[] pixels = [.. channels.SelectMany(channel => Fit(channel, name).Values)];
        return new LabelledImages(pixels, [0], model.Channels, model.Height, model.Width, model.Classes);
    }

    private static PixelPlane Plane(byte[] values, ImageSize size) => new(size.Width, size.Height, values);

    private PixelPlane Fit(PixelPlane channel, string name)
    {
        if (centre)
        {
            return model.Channels == 1
                ? Centring.Centre(channel, model.Width, model.Height) ?? throw new UserErrorException($"{name}: it is of one colour, so there is nothing to centre")
                : throw new UserErrorException($"--centre is for grey images, and model {model.Name} takes coloured ones; leave it out");
        }

        double factor = Math.Min((double)model.Width / channel.Width, (double)model.Height / channel.Height);
        int width = Math.Clamp((int)Math.Round(channel.Width * factor), 1, model.Width);
        int height = Math.Clamp((int)Math.Round(channel.Height * factor), 1, model.Height);
        return channel.Scale(width, height).On(model.Width, model.Height, (model.Width - width) / 2, (model.Height - height) / 2);
    }

    private static bool HasBrightBorder(PixelPlane plane)
    {
        IEnumerable<byte> border = plane.Values.Where((_, i) =>
            i < plane.Width || i >= plane.Values.Length - plane.Width || i % plane.Width == 0 || i % plane.Width == plane.Width - 1);
        return border.Average(value => value) > 127;
    }
}
