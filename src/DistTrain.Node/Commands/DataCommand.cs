using System.CommandLine;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Download;
using DistTrain.Training.Data.Published;

namespace DistTrain.Node.Commands;

/// <summary><c>disttrain data</c>: which data sets are here, bringing one, checking that it is what it should be, looking at it, and writing it as images.</summary>
public static class DataCommand
{
    /// <summary>On this machine, over its network.</summary>
    public static Command Create() => Create(DatasetPlaces.OfThisMachine, DatasetDownload.OverTheNetwork());

    /// <param name="places">Where sets are looked for, given the value of <c>--data-dir</c>.</param>
    internal static Command Create(Func<string?, DatasetPlaces> places, DatasetDownload download) =>
        new Verb("data", "List, fetch, verify, show and export data sets.")
        {
            Examples =
            [
                "disttrain data list",
                "disttrain data fetch mnist",
                "disttrain data verify",
                "disttrain data show images:birds --output birds.png",
            ],
            Subcommands =
            {
                DataListCommand.Create(places),
                DataFetchCommand.Create(places, download),
                DataVerifyCommand.Create(places),
                DataShowCommand.Create(places, download),
                DataExportCommand.Create(places, download),
            },
        };

    internal static Option<string?> DataDirectory(string description) =>
        new("--data-dir") { HelpName = "DIR", Description = description };

    internal static Option<bool> Json() => new("--json") { Description = "print one JSON object a line" };

    /// <summary>The names as an argument, refused before anything is done if no set has them.</summary>
    internal static Argument<string> Name(string description) => new("NAME") { Description = description };

    /// <summary>Writes to people how much 11594722 bytes is: 11.6 MB.</summary>
    internal static string Megabytes(long bytes) => $"{bytes / 1e6:0.0} MB";
}
