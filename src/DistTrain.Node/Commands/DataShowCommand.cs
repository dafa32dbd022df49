using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Pictures;
using DistTrain.Training;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data show</c></summary>
internal static class DataShowCommand
{
    public static Command Create(Func<string?, DatasetPlaces> places, DatasetDownload download)
    {
        Verb show = new("show", "Read a data set and say what is in it; draw some of its images.")
        {
            Notes =
            [
                "The picture has a row a class with images drawn by lot from the training set; the same seed draws the same ones.",
                "With --augment-... a row is one image, and what 'train' with the same options and seed makes of it in its first epochs.",
            ],
            Examples =
            [
                "disttrain data show mnist --output mnist.png",
                "disttrain data show images:birds --image-size 64x64 --grayscale --output birds.png",
                "disttrain data show mnist --augment-shift 2 --augment-rotate 10 --output moved.png",
                "disttrain data show idx:/data/letters --json",
            ],
        };
        var reading = new DataRequestOptions(show);
        var picture = new Option<string?>("--output") { HelpName = "FILE.png", Description = "write a picture with some images of each class" };
        var samples = new Option<string?>("--samples") { HelpName = "N", Description = "images of each class in the picture [10]" };
        var seed = new Option<string?>("--seed") { HelpName = "N", Description = "draws which ones [1]" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        show.Options.Add(picture);
        show.Options.Add(samples);
        show.Options.Add(seed);
        var augmenting = new AugmentationOptions(show);
        show.Options.Add(json);
        show.SetAction(async (parse, cancellation) =>
        {
            int count = SettingValue.Integer("--samples", parse.GetValue(samples) ?? "10", 1, 100);
            ulong lot = SettingValue.Unsigned("--seed", parse.GetValue(seed) ?? "1");
            ImageAugmentation augmentation = augmenting.Read(parse);
            if (!augmentation.IsNone && parse.GetValue(picture) is null)
            {
                throw new UserErrorException("--augment-... shows in a picture alone: name one by --output FILE.png");
            }

            ResolvedDataset found = await reading.ReadAsync(parse, places, download, cancellation).ConfigureAwait(false);
            var summary = DatasetSummary.Of(found, parse.GetValue(picture));
            if (summary.Picture is { } path)
            {
                augmentation.RequireFits(found.Dataset.Train);
                ContactSheet.Save(
                    path,
                    augmentation.IsNone ? Title(summary) : $"{summary.Name}: training images {augmentation}",
                    augmentation.IsNone ? ClassSamples.Draw(found.Dataset, count, lot) : AugmentedSamples.Draw(found.Dataset, augmentation, count, lot));
            }

            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(summary, JsonSerializerOptions.Web));
            }
            else
            {
                summary.WriteTo(output);
            }

            return ExitCode.Success;
        });
        return show;
    }

    private static string Title(DatasetSummary s) => string.Create(
        CultureInfo.InvariantCulture, $"{s.Name}: {s.Train:N0} training and {s.Test:N0} test images of {s.Channels} x {s.Height} x {s.Width}, {s.Classes.Count} classes");
}
