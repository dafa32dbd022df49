using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistTrain.Node.Pictures;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data export</c></summary>
internal static class DataExportCommand
{
    public static Command Create(Func<string?, DatasetPlaces> places, DatasetDownload download)
    {
        Verb export = new("export", "Write a data set as PNG files: train/CLASS/*.png and test/CLASS/*.png.")
        {
            Notes =
            [
                "The folder appears when it is complete, and must not be there before, or be empty. images:FOLDER reads it back, to the same pixels.",
            ],
            Examples =
            [
                "disttrain data export mnist --output mnist-png",
                "disttrain data export cifar10 --output some --count 500",
                "disttrain train --dataset images:mnist-png",
            ],
        };
        var reading = new DataRequestOptions(export);
        var folder = new Option<string>("--output") { HelpName = "FOLDER", Description = "folder to write", Required = true };
        var count = new Option<string?>("--count") { HelpName = "N", Description = "only N training images and a sixth as many test images, the classes taking turns" };
        Option<bool> json = CommonOptions.Json("one JSON object on stdout");
        export.Options.Add(folder);
        export.Options.Add(count);
        export.Options.Add(json);
        export.SetAction(async (parse, cancellation) =>
        {
            int? most = parse.GetValue(count) is { } text ? SettingValue.Integer("--count", text, 1, int.MaxValue) : null;
            string path = SettingValue.NotEmpty("--output", parse.GetRequiredValue(folder), "a folder");
            ImageExport.RequireRoom(path);
            ResolvedDataset found = await reading.ReadAsync(parse, places, download, cancellation).ConfigureAwait(false);
            ExportedDataset written = await Task.Run(
                () => ImageExport.Write(found.Dataset, path, most, new ErrorLines(parse.InvocationConfiguration.Error), TimeProvider.System, cancellation), cancellation).ConfigureAwait(false);
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(json)
                ? JsonSerializer.Serialize(written, JsonSerializerOptions.Web)
                : string.Create(CultureInfo.InvariantCulture, $"{written.Name}: {written.Train:N0} training and {written.Test:N0} test images are in {written.Folder}; try: disttrain data show images:{written.Folder}"));
            return ExitCode.Success;
        });
        return export;
    }
}
