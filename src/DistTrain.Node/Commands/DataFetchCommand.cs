using System.CommandLine;
using System.Text.Json;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data fetch</c></summary>
internal static class DataFetchCommand
{
    public static Command Create(Func<string?, DatasetPlaces> places, DatasetDownload download)
    {
        Argument<string> name = DataCommand.Name("mnist, fashion-mnist, synthetic or synthetic:N");
        Option<string?> directory = DataCommand.DataDirectory("put the files into a folder of the set's name in this one, instead of the user's cache");
        Option<bool> json = DataCommand.Json();
        Verb fetch = new("fetch", "Download a data set, unless it is here already.")
        {
            Notes =
            [
                "A download that was interrupted goes on where it ended. Every file is checked by its SHA-256.",
                "Synthetic digits are drawn and written as IDX files, for other programs to read; that needs --data-dir.",
            ],
            Examples =
            [
                "disttrain data fetch mnist",
                "disttrain data fetch fashion-mnist --data-dir /data",
                "disttrain data fetch synthetic:6000 --data-dir /data",
            ],
        };
        fetch.Arguments.Add(name);
        fetch.Options.Add(directory);
        fetch.Options.Add(json);
        fetch.SetAction(async (parse, cancellation) =>
        {
            DatasetFetcher fetcher = new(places(parse.GetValue(directory)), download);
            FetchedDataset fetched = await DataFetchProgress.ShowAsync(
                parse.InvocationConfiguration.Error,
                progress => fetcher.FetchAsync(parse.GetValue(name)!, progress, cancellation));
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(json)
                ? JsonSerializer.Serialize(fetched, JsonSerializerOptions.Web)
                : $"{fetched.Name}: {(fetched.Files.Count == 0 ? "is already" : "is now")} in {fetched.Folder}");
            return 0;
        });
        return fetch;
    }
}
