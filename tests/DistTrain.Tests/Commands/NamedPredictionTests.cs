using System.Text.Json;
using DistTrain.Node.Commands;

namespace DistTrain.Tests.Commands;

public sealed class NamedPredictionTests
{
    private static readonly Prediction[] Birds =
        [new("a.png", [0.02, 0.9, 0.08], [-1f, 2.5f, 0f]) { ClassNames = ["owl", "[b]wren[/]", "tawny owl"] }];

    [Fact]
    public async Task People_see_names_and_numbers()
    {
        using var run = new CommandRun { Predictions = Birds };

        Assert.Equal(0, await run.RunAsync("predict", "r", "a.png", "--top", "2"));

        Assert.Matches(@"^a.png: \[b\]wren\[/\] \(90.00 %\)\n  1 \[b\]wren\[/\] █{36} +90.00 %\n  2 tawny owl  █{3}▎ +8.00 %\n", run.Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Scripts_have_the_name_beside_the_number()
    {
        using var run = new CommandRun { Predictions = [.. Birds, new("b.png", [1, 0], [1f, 0f])] };

        Assert.Equal(0, await run.RunAsync("predict", "r", "a.png", "b.png", "--json"));

        JsonElement[] objects = [.. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal((1, "[b]wren[/]"), (objects[0].GetProperty("class").GetInt32(), objects[0].GetProperty("name").GetString()));
        Assert.Equal(["[b]wren[/]", "tawny owl", "owl"], objects[0].GetProperty("top").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal((0, "0"), (objects[1].GetProperty("class").GetInt32(), objects[1].GetProperty("name").GetString()));
    }
}
