using DistTrain.Node.Runs;
using DistTrain.Training;

namespace DistTrain.Node.Comparing;

/// <summary>Where a comparison is written.</summary>
internal static class ComparisonFolder
{
    public const string Journal = "journal.jsonl";
    public const string Runs = "runs";
    public const string Report = "comparison.html";

    private const string Document = "comparison.json";
    private const string Table = "comparison.csv";
    private const string Curves = "curves.png";
    private const string HeatMap = "heat-map.png";

    /// <summary>Makes a folder, or takes over an empty one or one that holds a study.</summary>
    /// <param name="path">Null for one of the time's name.</param>
    /// <param name="kind">Last part of that name.</param>
    /// <param name="fresh">Whether a study that is there is deleted.</param>
    /// <exception cref="UserErrorException">It holds something else, is in use, or cannot be made.</exception>
    public static string Claim(string? path, string kind, bool fresh, TimeProvider clock)
    {
        string folder = path ?? StudyFolder.Free(kind, clock);
        string journal = Path.Combine(folder, Journal);
        if (!StudyFolder.IsEmpty(folder) && !File.Exists(journal))
        {
            throw new UserErrorException($"{folder} is not empty, and no study has {Journal} there: give another --out");
        }

        StudyFolder.Make(folder);
        if (fresh && File.Exists(journal))
        {
            Clear(folder, journal);
        }

        return folder;
    }

    /// <summary>Replaces what an earlier call wrote.</summary>
    /// <param name="title">Of the report.</param>
    public static void Write(string folder, Comparison comparison, string title)
    {
        Replace(Path.Combine(folder, Document), ComparisonJson.Document(comparison));
        Replace(Path.Combine(folder, Table), ComparisonCsv.Compose(comparison));
        Replace(Path.Combine(folder, Report), ComparisonHtml.Compose(comparison, title));
        if (comparison.AnySucceeded)
        {
            ComparisonPlot.Save(comparison, Path.Combine(folder, Curves));
        }

        if (HeatMapGrid.Of(comparison) is { } map)
        {
            HeatMapPlot.Save(map, Path.Combine(folder, HeatMap));
        }
    }

    /// <summary>What a study wrote, and nothing else that may lie there.</summary>
    private static void Clear(string folder, string journal)
    {
        using (TrialJournal.OpenAlone(journal))
        {
            if (Directory.Exists(Path.Combine(folder, Runs)))
            {
                Directory.Delete(Path.Combine(folder, Runs), recursive: true);
            }

            foreach (string file in new[] { Document, Table, Report, Curves, HeatMap, Journal })
            {
                File.Delete(Path.Combine(folder, file));
            }
        }
    }

    private static void Replace(string path, string text)
    {
        string temporary = path + ".tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
