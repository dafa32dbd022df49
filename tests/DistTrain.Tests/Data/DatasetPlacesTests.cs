using DistTrain.Training.Data.Published;

namespace DistTrain.Tests.Data;

public sealed class DatasetPlacesTests
{
    [Fact]
    public void Places_are_environment_then_cache_then_system() =>
        Assert.Equal(
            [
                (PlaceKind.Environment, "/env/mnist"),
                (PlaceKind.Environment, "/env"),
                (PlaceKind.Cache, "/home/u/.cache/disttrain/mnist"),
                (PlaceKind.System, "/usr/share/datasets/mnist"),
            ],
            Look(null, ("DISTTRAIN_DATA", "/env"), ("HOME", "/home/u")));

    [Fact]
    public void Data_directory_is_the_only_place() =>
        Assert.Equal(
            [(PlaceKind.DataDirectory, "/mine/mnist"), (PlaceKind.DataDirectory, "/mine")],
            Look("/mine", ("DISTTRAIN_DATA", "/env"), ("HOME", "/home/u")));

    [Fact]
    public void Data_directory_that_repeats_the_environment_is_the_environments() =>
        Assert.Equal(Look(null, ("DISTTRAIN_DATA", "/env"), ("HOME", "/h")), Look("/env", ("DISTTRAIN_DATA", "/env"), ("HOME", "/h")));

    [Theory]
    [InlineData("/x/cache", "/x/cache/disttrain")]
    [InlineData("relative", "/home/u/.cache/disttrain")]
    [InlineData("", "/home/u/.cache/disttrain")]
    public void Cache_follows_the_base_directory_specification(string xdg, string expected) =>
        Assert.Equal(expected, Places(null, windows: false, ("XDG_CACHE_HOME", xdg), ("HOME", "/home/u")).CacheDirectory);

    [Fact]
    public void Cache_needs_a_home() => Assert.Null(Places(null, windows: false).CacheDirectory);

    [Fact]
    public void Cache_on_windows_is_the_local_application_data() =>
        Assert.Equal(Path.Combine("L", "disttrain"), Places(null, windows: true, ("LOCALAPPDATA", "L")).CacheDirectory);

    private static IEnumerable<(PlaceKind Kind, string Folder)> Look(string? dataDirectory, params (string Name, string Value)[] variables) =>
        Places(dataDirectory, windows: false, variables).For("mnist").Select(place => (place.Kind, place.Folder));

    private static DatasetPlaces Places(string? dataDirectory, bool windows, params (string Name, string Value)[] variables) =>
        DatasetPlaces.From(dataDirectory, name => variables.FirstOrDefault(variable => variable.Name == name).Value, windows);
}
