using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Models;

namespace DistTrain.Node.Predicting;

/// <summary>Makes of any picture one that a model takes, as bytes like those of data sets.</summary>
/// <param name="invert">The picture is dark on white.</param>
/// <param name="centre">As MNIST was made: <see cref="Centring"/>. Else the whole picture is fitted into the model's, in its proportions, with black beside it.</param>
internal sealed class ImagePreparation(ModelDescription model, bool invert, bool centre)
{
    /// <param name="name">For messages.</param>
    /// <param name="darkOnWhite">Whether its border is bright after all, so that it should perhaps be inverted.</param>
    /// <exception cref="UserErrorException">Nothing is to be seen, or the model takes other pictures.</exception>
    public LabelledImages Prepare(Picture picture, string name, out bool darkOnWhite)
    {
        float background = invert ? 255 : 0;
        PixelPlane[] channels = model.Channels switch
        {
            1 => [picture.Grey(background)],
            3 => [.. Enumerable.Range(0, 3).Select(channel => picture.Channel(channel, background))],
            _ => throw new UserErrorException($"model {model.Name} takes images of {model.Channels} channels, and pictures have 1 or 3"),
        };
        if (invert)
        {
            channels = [.. channels.Select(channel => channel.Select(value => 255 - value))];
        }

        darkOnWhite = !invert && channels.All(HasBrightBorder);
        byte[] pixels = [.. channels.SelectMany(channel => Fit(channel, name).Values).Select(value => (byte)Math.Clamp(Math.Round(value), 0, 255))];
        return new LabelledImages(pixels, [0], model.Channels, model.Height, model.Width, model.Classes);
    }

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
        return AreaScaling.Scale(channel, width, height).On(model.Width, model.Height, (model.Width - width) / 2, (model.Height - height) / 2);
    }

    private static bool HasBrightBorder(PixelPlane plane)
    {
        IEnumerable<float> border = plane.Values.Where((_, i) =>
            i < plane.Width || i >= plane.Values.Length - plane.Width || i % plane.Width == 0 || i % plane.Width == plane.Width - 1);
        return border.Average() > 127;
    }
}
