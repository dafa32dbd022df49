namespace DistTrain.Node.Comparing;

/// <summary>The best cells have a colour of their own in the curves, the others share a grey one.</summary>
internal static class CurveColours
{
    public const string Others = "#b8bcc2";

    private static readonly string[] Best = ["#1f5da0", "#d1622b", "#2f8f4e", "#b3304a", "#7a55b0", "#8a6a3d", "#c659a6", "#4aa3b8", "#9a9b22", "#5b6470"];

    /// <summary>How many have their own.</summary>
    public static int Count => Best.Length;

    /// <param name="place">From 0 on, the best first.</param>
    public static string Of(int place) => place < Best.Length ? Best[place] : Others;
}
