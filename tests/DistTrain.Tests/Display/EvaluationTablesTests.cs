using DistTrain.Node.Commands;
using DistTrain.Node.Display;
using DistTrain.Tests.Commands;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Display;

public sealed class EvaluationTablesTests
{
    [Fact]
    public void Ten_classes_of_thousands_of_images_fit_on_80_columns()
    {
        string[] lines = Lines(Of(10, (row, column) => row == column ? 1234 : row == 3 ? 7 : 0));

        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains(lines, line => line.TrimEnd() == "1                    ·  1234     ·     ·     ·     ·     ·     ·     ·     ·");
        Assert.Contains(lines, line => line.TrimEnd() == "3                    7     7     7  1234     7     7     7     7     7     7");
    }

    [Fact]
    public void Matrix_of_many_classes_is_left_to_the_picture()
    {
        string[] lines = Lines(Of(40, (row, column) => row == column ? 5 : 0));

        Assert.DoesNotContain(lines, line => line.Contains("taken for   ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("39 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Named_classes_are_shown_by_number_and_name_and_still_fit()
    {
        string[] names = ["T-shirt/top", "trouser", "[red]pullover[/] of a very long name", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

        string[] lines = Lines(Of(10, (row, column) => row == column ? 1234 : row == 3 ? 7 : 0) with { ClassNames = names });

        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Contains(lines, line => line.StartsWith("0 T-shirt/top     1234 ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("2 [red]pullove..     ·", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("9 ankle boot    ", StringComparison.Ordinal) && line.Contains("90.00", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("test image 17", StringComparison.Ordinal) && line.Contains("1 trouser", StringComparison.Ordinal) && line.Contains("0 T-shirt/top", StringComparison.Ordinal));
    }

    private static string[] Lines(Evaluation evaluation)
    {
        using var output = new StringWriter();
        EvaluationTables.Write(new Terminal(output, TextWriter.Null, OutIsTerminal: false), noColor: true, evaluation);
        return output.ToString().Split('\n');
    }

    private static Evaluation Of(int classes, Func<int, int, int> count) => SampleEvaluation.Make() with
    {
        Classes = [.. Enumerable.Range(0, classes).Select(k => new ClassScore(k, Enumerable.Range(0, classes).Sum(column => count(k, column)), 1300, 0.9, 0.8, 0.85))],
        Confusion = [.. Enumerable.Range(0, classes).Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(0, classes).Select(column => count(row, column))])],
    };
}
