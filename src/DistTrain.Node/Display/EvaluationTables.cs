using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Training.Scores;
using Spectre.Console;

namespace DistTrain.Node.Display;

/// <summary>An evaluation for people. What is right is green, what is wrong red, the more of it the stronger.</summary>
internal static class EvaluationTables
{
    /// <summary>More classes do not fit on a terminal of 80 columns.</summary>
    private const int MostClasses = 12;

    private const int ShownMistakes = 5;

    /// <summary>Of a class's label before its row of the matrix: as wide as the heading.</summary>
    private const int MatrixLabel = 16;

    private const int LongestLabel = 22;

    public static void Write(Terminal terminal, bool noColor, Evaluation evaluation)
    {
        if (evaluation.Macro is null)
        {
            return;
        }

        IAnsiConsole console = AnsiTerminal.Open(terminal, noColor);
        if (evaluation.Classes.Count <= MostClasses)
        {
            terminal.Out.WriteLine();
            console.Write(Confusion(evaluation));
        }

        terminal.Out.WriteLine();
        console.Write(Scores(evaluation));
        if (evaluation.WorstMistakes.Count > 0)
        {
            terminal.Out.WriteLine();
            console.Write(Mistakes(evaluation));
        }
    }

    private static Table Confusion(Evaluation evaluation)
    {
        Table table = Bare();
        int width = evaluation.Confusion.Max(row => row.Max(count => Text(count).Length));
        table.AddColumn(new TableColumn("[grey]true \\ taken for[/]").PadLeft(0).PadRight(2).NoWrap());
        foreach (ClassScore score in evaluation.Classes)
        {
            table.AddColumn(new TableColumn($"[grey]{Text(score.Class)}[/]").RightAligned().Width(width).PadLeft(0).PadRight(2).NoWrap());
        }

        foreach (ClassScore row in evaluation.Classes)
        {
            IReadOnlyList<int> counts = evaluation.Confusion[row.Class];
            table.AddRow([$"[grey]{Label(evaluation, row.Class, MatrixLabel)}[/]", .. counts.Select((count, column) => Cell(count, row.Images, row.Class == column))]);
        }

        return table;
    }

    private static string Cell(int count, int images, bool right)
    {
        if (count == 0)
        {
            return "[grey]·[/]";
        }

        double share = (double)count / images;
        string style = right
            ? share >= 0.99 ? "bold green" : share >= 0.9 ? "green" : share >= 0.5 ? "yellow" : "red"
            : share >= 0.05 ? "bold red" : share >= 0.01 ? "red" : "maroon";
        return $"[{style}]{Text(count)}[/]";
    }

    private static Table Scores(Evaluation evaluation)
    {
        Table table = Bare();
        table.AddColumn(new TableColumn("[grey]class[/]").PadRight(2).NoWrap());
        foreach (string heading in (string[])["images", "taken for it", "precision", "recall", "F1"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").RightAligned().PadRight(2).NoWrap());
        }

        foreach (ClassScore score in evaluation.Classes)
        {
            table.AddRow(Label(evaluation, score.Class), Text(score.Images), Text(score.Predicted), Share(score.Precision), Share(score.Recall), Share(score.F1));
        }

        MacroScore macro = evaluation.Macro!;
        table.AddRow("[bold]mean[/]", "", "", Share(macro.Precision), Share(macro.Recall), Share(macro.F1));
        return table;
    }

    private static Table Mistakes(Evaluation evaluation)
    {
        Table table = Bare();
        table.AddColumn(new TableColumn("[grey]worst mistakes[/]").PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]true[/]").RightAligned().PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]taken for[/]").RightAligned().PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]sure of it[/]").RightAligned().PadRight(2).NoWrap());
        table.AddColumn(new TableColumn("[grey]loss[/]").RightAligned().NoWrap());
        foreach (Mistake mistake in evaluation.WorstMistakes.Take(ShownMistakes))
        {
            table.AddRow(
                $"test image {Text(mistake.Index)}",
                $"[green]{Label(evaluation, mistake.Actual)}[/]",
                $"[red]{Label(evaluation, mistake.Predicted)}[/]",
                Share(mistake.Probability),
                mistake.Loss.ToString("0.00", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static Table Bare() => new Table().Border(TableBorder.None).Collapse();

    private static string Label(Evaluation evaluation, int which, int width = LongestLabel) => Markup.Escape(ClassLabel.Of(evaluation.ClassNames, which, width));

    private static string Share(double value) => value.ToString("P2", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
